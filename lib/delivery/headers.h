// Headers that the user adds to each request: API keys, most of all, which have no place on a
// command line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "stream/error.h"

namespace pinpipe::delivery {

/// Reads `text`, a "Name: value" a line; blank lines, and lines that start with '#', are skipped.
/// `where` is what it came from, for errors, which show no value.
Result<std::vector<std::string>> parse_headers(std::string_view text, const std::string& where);

/// As parse_headers, of a file. Errors: it cannot be read.
Result<std::vector<std::string>> read_headers(const std::string& path);

/// The name of "Name: value".
std::string_view header_name(std::string_view header);
/// The value of "Name: value".
std::string_view header_value(std::string_view header);

/// Whether two names are the same: headers know no case.
bool same_name(std::string_view a, std::string_view b);

}  // namespace pinpipe::delivery
