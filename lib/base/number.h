// Numbers from text, whatever the locale.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>

namespace pinpipe {

/// `text` as a Number, where it is one and nothing else: no blanks, no '+', no '-' where Number has
/// no sign, and within its range. `form` is that of a floating-point number, if not any.
template <class Number, class... Form>
std::optional<Number> to_number(std::string_view text, Form... form) {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number, form...);
  if (error != std::errc() || rest != end) return std::nullopt;
  return number;
}

}  // namespace pinpipe
