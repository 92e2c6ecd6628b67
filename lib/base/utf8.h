// UTF-8, code point by code point. Whether a long text is UTF-8 json::is_utf8 tells faster.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace pinpipe {

struct CodePoint {
  char32_t value = 0;
  size_t size = 0;  ///< bytes; 0 where there is none
};

/// What `text` begins with; none where that is not well formed: cut off, overlong, half of a
/// surrogate pair, or beyond U+10FFFF. REQUIRES: !text.empty()
CodePoint first_code_point(std::string_view text);

/// Whether `byte` is one of a code point, but not its first.
constexpr bool continues_code_point(char byte) { return (byte & 0xC0) == 0x80; }

/// How many there are in `text`, which is UTF-8.
constexpr size_t count_code_points(std::string_view text) {
  size_t count = 0;
  for (const char byte : text) count += continues_code_point(byte) ? 0 : 1;
  return count;
}

/// The first `most` of `text`, which is UTF-8, or all.
constexpr std::string_view first_code_points(std::string_view text, size_t most) {
  size_t at = 0;
  for (; at < text.size(); ++at) {
    if (!continues_code_point(text[at]) && most-- == 0) break;
  }
  return text.substr(0, at);
}

/// As much of the start of `text` as `bytes` have room for, in whole code points.
constexpr std::string_view cut_to_bytes(std::string_view text, size_t bytes) {
  size_t size = std::min(text.size(), bytes);
  while (size > 0 && size < text.size() && continues_code_point(text[size])) --size;
  return text.substr(0, size);
}

}  // namespace pinpipe
