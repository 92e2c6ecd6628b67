// Replies of S3, which are XML.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace pinpipe::aws {

/// Takes an element at its end: the names that lead to it ("ListBucketResult/Contents/Key"), and
/// its text behind the last element within.
using ElementVisitor = std::function<void(std::string_view path, std::string_view text)>;

/// Calls `visit` for each element of `xml`, in the order of their ends. Whether it is XML to its
/// end; a document type, which S3 never has and HTML mostly, is none.
bool read_xml(std::string_view xml, const ElementVisitor& visit);

}  // namespace pinpipe::aws
