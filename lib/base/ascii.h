// Characters of ASCII, whatever the locale.
#pragma once

#include <cstddef>
#include <string_view>

namespace pinpipe {

/// What a file in UTF-8 may begin with, though it says nothing there.
inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// `text` without the `blanks` around it, a view into it.
constexpr std::string_view trimmed(std::string_view text, std::string_view blanks = " \t\r") {
  const size_t begin = text.find_first_not_of(blanks);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

}  // namespace pinpipe
