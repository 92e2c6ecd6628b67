// JSON numbers as text.
#pragma once

#include <cstdint>
#include <string_view>

namespace pinpipe::json {

/// `other` has a point or an exponent.
enum class Number : uint8_t { none, integer, other };

/// What JSON number `text` is, to the last byte. For speed, bytes up to `readable` may be read; no
/// digit is right behind `text`, if that is farther.
Number number_in(std::string_view text, const char* readable);

inline bool is_number(std::string_view text) {
  return number_in(text, text.data() + text.size()) != Number::none;
}

}  // namespace pinpipe::json
