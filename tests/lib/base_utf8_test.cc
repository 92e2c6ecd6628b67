#include "base/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace pinpipe {
namespace {

/// `value` by the bits of RFC 3629, in `size` bytes, be they the right number or not.
std::string encoded(char32_t value, size_t size) {
  if (size == 1) return {static_cast<char>(value)};
  std::string bytes;
  for (size_t left = size; left-- > 1;) {
    bytes.insert(bytes.begin(), static_cast<char>(0x80 | (value & 0x3F)));
    value >>= 6;
  }
  return static_cast<char>((0xF00 >> size & 0xFF) | value) + bytes;
}

size_t size_of(char32_t value) {
  return value < 0x80 ? 1 : value < 0x800 ? 2 : value < 0x10000 ? 3 : 4;
}

TEST(Utf8Test, DecodesEachCodePointAndNoSurrogate) {
  for (char32_t value = 0; value <= 0x10FFFF; ++value) {
    const auto bytes = encoded(value, size_of(value));
    const auto found = first_code_point(bytes + "\x80");
    const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    ASSERT_EQ(found.size, surrogate ? 0 : size_of(value)) << std::hex << uint32_t{value};
    ASSERT_EQ(found.value, surrogate ? 0 : value);
    if (bytes.size() > 1) {
      const std::string_view cut(bytes.data(), bytes.size() - 1);
      ASSERT_EQ(first_code_point(cut).size, 0u);
      ASSERT_EQ(first_code_point(std::string(cut) + "a").size, 0u);
    }
  }
}

TEST(Utf8Test, TakesNothingForMoreBytesThanItNeedsNorBeyondTheLast) {
  for (const char32_t value : {0x0, 0x7F, 0x80, 0x7FF, 0x800, 0xFFFF}) {
    for (size_t size = size_of(value) + 1; size <= 4; ++size) {
      EXPECT_EQ(first_code_point(encoded(value, size)).size, 0u) << size;
    }
  }
  for (const char32_t value : {0x110000, 0x13FFFF, 0x140000, 0x1FFFFF}) {
    EXPECT_EQ(first_code_point(encoded(value, 4)).size, 0u);
  }
  for (const char* bytes : {"\x80", "\xBF", "\xF8\x88\x80\x80\x80", "\xFE", "\xFF"}) {
    EXPECT_EQ(first_code_point(bytes).size, 0u);
  }
}

TEST(Utf8Test, CountsCodePoints) {
  EXPECT_EQ(count_code_points(""), 0u);
  EXPECT_EQ(count_code_points("aé日👍"), 4u);
  const std::string_view text = "aé日👍";
  const size_t ends[] = {0, 1, 3, 6, 10, 10};
  for (size_t count = 0; count < std::size(ends); ++count) {
    EXPECT_EQ(first_code_points(text, count), text.substr(0, ends[count]));
  }
}

TEST(Utf8Test, CutsBetweenCodePoints) {
  const std::string_view text = "aé日👍";
  const size_t ends[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
  for (size_t bytes = 0; bytes < std::size(ends); ++bytes) {
    EXPECT_EQ(cut_to_bytes(text, bytes), text.substr(0, ends[bytes])) << bytes;
  }
  EXPECT_EQ(cut_to_bytes("\x80\x80\x80", 2), "");
}

}  // namespace
}  // namespace pinpipe
