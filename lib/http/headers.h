// Headers: those that the user adds to each request (API keys, most of all, which have no place on
// a command line), and what those of a reply say.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "http/transport.h"

namespace pinpipe::http {

/// Reads `text`, a "Name: value" a line; blank lines, and lines that start with '#', are skipped.
/// `where` is what it came from, for errors, which show no value.
Result<std::vector<std::string>> parse_headers(std::string_view text, const std::string& where);

/// As parse_headers, of a file. Errors: it cannot be read.
Result<std::vector<std::string>> read_headers(const std::string& path);

/// The name of "Name: value". Names know no case.
std::string_view header_name(std::string_view header);
/// The value of "Name: value".
std::string_view header_value(std::string_view header);

/// The time of a Date header, in seconds since 1970; nothing for what is none.
std::optional<int64_t> header_time(const std::string& date);

/// What a Retry-After header asks for: seconds, or a date, which is compared with the server's own
/// `date`, or else with our clock. Nothing for what is neither.
std::optional<Milliseconds> retry_after(const std::string& value, const std::string& date);

}  // namespace pinpipe::http
