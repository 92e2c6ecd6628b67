// Hexadecimal digits: small letters are written, both are read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/ascii.h"

namespace pinpipe {

/// The digit of `value`, 0 to 15. Of a literal g++ makes fewer instructions than of an array.
constexpr char hex_digit(uint64_t value) { return "0123456789abcdef"[value]; }

/// What `digit` stands for; -1 where it is none.
constexpr int hex_value(char digit) {
  if (is_digit(digit)) return digit - '0';
  const char letter = lower_case(digit);
  return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

/// Writes the last `digits` of `number` to `out`. Returns what is behind them.
constexpr char* put_hex(uint64_t number, int digits, char* out) {
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4)
    *out++ = hex_digit(number >> shift & 15);
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
    text += {hex_digit(byte >> 4), hex_digit(byte & 15)};
  }
  return text;
}

}  // namespace pinpipe
