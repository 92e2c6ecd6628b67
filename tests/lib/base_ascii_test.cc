#include "base/ascii.h"

#include <gtest/gtest.h>

#include <cctype>
#include <string>

namespace pinpipe {
namespace {

// The C locale, in which the tests run, knows ASCII alone.
TEST(AsciiTest, AgreesWithTheCLocaleOnEachByte) {
  for (int byte = 0; byte < 256; ++byte) {
    const auto c = static_cast<char>(byte);
    EXPECT_EQ(is_digit(c), std::isdigit(byte) != 0) << byte;
    EXPECT_EQ(is_letter(c), std::isalpha(byte) != 0) << byte;
    EXPECT_EQ(is_letter_or_digit(c), std::isalnum(byte) != 0) << byte;
    EXPECT_EQ(lower_case(c), static_cast<char>(std::tolower(byte))) << byte;
    EXPECT_EQ(upper_case(c), static_cast<char>(std::toupper(byte))) << byte;
  }
}

TEST(AsciiTest, LeavesWhatIsBeyondAscii) {
  EXPECT_EQ(lower_case("ÄB[@`{ß"), "Äb[@`{ß");
  EXPECT_EQ(upper_case("äb[@`{ß"), "äB[@`{ß");
}

TEST(AsciiTest, ComparesButForCase) {
  EXPECT_TRUE(equal_but_for_case("", ""));
  EXPECT_TRUE(equal_but_for_case("Content-Type", "content-tYPE"));
  EXPECT_FALSE(equal_but_for_case("content", "content-type"));
  EXPECT_FALSE(equal_but_for_case("@[", "`{"));  // as far apart as letters are
  EXPECT_FALSE(equal_but_for_case("Ä", "ä"));
}

TEST(AsciiTest, TrimsBlanks) {
  EXPECT_EQ(trimmed(" \t a b\r"), "a b");
  EXPECT_EQ(trimmed(" \r\t"), "");
  EXPECT_EQ(trimmed("--a-", "-"), "a");
}

}  // namespace
}  // namespace pinpipe
