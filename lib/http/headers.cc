#include "http/headers.h"

#include <curl/curl.h>

#include <algorithm>
#include <ctime>

#include "base/ascii.h"
#include "base/number.h"
#include "stream/input.h"

namespace pinpipe::http {
namespace {

/// A token of RFC 9110 section 5.6.2.
bool is_token(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return is_letter_or_digit(c) ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool is_text(std::string_view value) {
  return std::ranges::none_of(value, [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
  });
}

}  // namespace

std::string_view header_name(std::string_view header) { return header.substr(0, header.find(':')); }

std::string_view header_value(std::string_view header) {
  const size_t colon = header.find(':');
  return colon == header.npos ? std::string_view() : trimmed(header.substr(colon + 1));
}

Result<std::vector<std::string>> parse_headers(std::string_view text, const std::string& where) {
  std::vector<std::string> headers;
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = text.find('\n');
    const auto line = trimmed(text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    if (line.empty() || line[0] == '#') continue;
    const auto value = header_value(line);
    if (line.find(':') == line.npos || !is_token(header_name(line)) || value.empty() ||
        !is_text(value)) {
      return Error{"line " + std::to_string(number) + " of " + where + " is not a header",
                   "a header is a line 'Name: value'"};
    }
    headers.push_back(std::string(header_name(line)) + ": " + std::string(value));
  }
  return headers;
}

Result<std::vector<std::string>> read_headers(const std::string& path) {
  return parse_headers(TRY(stream::read_whole(path)), "'" + path + "'");
}

std::optional<int64_t> header_time(const std::string& date) {
  const time_t time = curl_getdate(date.c_str(), nullptr);
  return time < 0 ? std::nullopt : std::optional<int64_t>(time);
}

std::optional<Milliseconds> retry_after(const std::string& value, const std::string& date) {
  constexpr int64_t kMax = 365LL * 24 * 3600;
  if (value.empty()) return std::nullopt;
  auto seconds = to_number<int64_t>(value);
  if (!seconds) {
    const auto at = header_time(value);
    if (!at) return std::nullopt;
    seconds = *at - header_time(date).value_or(std::time(nullptr));
  }
  return Milliseconds(1000 * std::clamp<int64_t>(*seconds, 0, kMax));
}

}  // namespace pinpipe::http
