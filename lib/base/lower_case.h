// Capitals of ASCII as small letters, whatever the locale.
#pragma once

#include <string>
#include <string_view>

namespace pinpipe {

inline char lower_case(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

inline std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = lower_case(c);
  return result;
}

}  // namespace pinpipe
