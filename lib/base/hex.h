// Hexadecimal digits: small letters are written, both are read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/ascii.h"

namespace pinpipe {

inline constexpr char kHexDigits[] = "0123456789abcdef";

/// What `digit` stands for; -1 where it is none.
constexpr int hex_value(char digit) {
  if (is_digit(digit)) return digit - '0';
  const char letter = lower_case(digit);
  return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

/// Writes the last `digits` of `number` to `out`. Returns what is behind them.
constexpr char* put_hex(uint64_t number, int digits, char* out) {
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4)
    *out++ = kHexDigits[number >> shift & 15];
  return out;
}

/// `number` in 16 digits.
inline std::string hex(uint64_t number) {
  char digits[16];
  return {digits, put_hex(number, 16, digits)};
}

/// `bytes` in two digits each.
inline std::string hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<uint8_t>(c);
    text += {kHexDigits[byte >> 4], kHexDigits[byte & 15]};
  }
  return text;
}

}  // namespace pinpipe
