#include "base/hex.h"

#include <gtest/gtest.h>

#include <cctype>

namespace pinpipe {
namespace {

TEST(HexTest, KnowsTheValueOfEachDigit) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string digit(1, static_cast<char>(byte));
    EXPECT_EQ(hex_value(digit[0]), std::isxdigit(byte) != 0 ? std::stoi(digit, nullptr, 16) : -1);
  }
}

TEST(HexTest, WritesNumbersAndBytes) {
  EXPECT_EQ(hex(uint64_t{0}), "0000000000000000");
  EXPECT_EQ(hex(0x0123456789abcdefu), "0123456789abcdef");
  EXPECT_EQ(hex(~uint64_t{0}), "ffffffffffffffff");
  EXPECT_EQ(hex(std::string_view("\x00\x7f\xff\n", 4)), "007fff0a");
  char digits[2];
  EXPECT_EQ(std::string_view(digits, put_hex(0xABC, 2, digits)), "bc");
}

}  // namespace
}  // namespace pinpipe
