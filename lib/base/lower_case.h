// Capitals of ASCII as small letters, whatever the locale.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace pinpipe {

inline std::string lower_case(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  });
  return result;
}

}  // namespace pinpipe
