// Text that the compiler knows, and puts together: names and the punctuation around them.
//
//   inline constexpr FixedText kData("Data");
//   kJoined<"{\"", kData, "\":\"">                   {"Data":"
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace pinpipe {

/// `Size` bytes. Converts to a view that is valid as long as it: for ever where it is `constexpr`.
template <size_t Size>
struct FixedText {
  constexpr FixedText() = default;
  constexpr FixedText(const char (&literal)[Size + 1]) {  // NOLINT(google-explicit-constructor)
    std::copy_n(literal, Size, bytes);
  }

  constexpr std::string_view view() const { return {bytes, Size}; }
  constexpr operator std::string_view() const {
    return view();
  }  // NOLINT(google-explicit-constructor)
  std::string text() const { return std::string(view()); }

  char bytes[Size + 1] = {};
};
template <size_t Bytes>
FixedText(const char (&)[Bytes]) -> FixedText<Bytes - 1>;

/// The parts, one behind the other: a FixedText.
template <FixedText... Parts>
inline constexpr auto kJoined = [] {
  FixedText<(Parts.view().size() + ... + 0)> all;
  char* out = all.bytes;
  ((out = std::copy_n(Parts.bytes, Parts.view().size(), out)), ...);
  return all;
}();

}  // namespace pinpipe
