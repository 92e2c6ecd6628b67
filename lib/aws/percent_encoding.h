// Names as parts of URLs.
#pragma once

#include <string>
#include <string_view>

namespace pinpipe::aws {

/// `text` with all as %XX but the unreserved characters of RFC 3986 and those in `kept`: a segment
/// of a path, a name or a value of a query.
std::string percent_encoded(std::string_view text, std::string_view kept = "");

}  // namespace pinpipe::aws
