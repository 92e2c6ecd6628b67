#include "json/number.h"

#include <gtest/gtest.h>

#include <string>

namespace pinpipe::json {
namespace {

TEST(NumberTest, TakesTheNumbersOfJsonAndNoOthers) {
  for (const auto* good : {"0", "-0", "1", "10", "-1.5", "0.0", "1e5", "1E+5", "0e-0", "1.25e00"}) {
    EXPECT_TRUE(is_number(good)) << good;
  }
  for (const auto* bad : {"", "-", "+1", "01", "-01", "1.", ".5", "1e", "1e+", "1.e5", "0x1", "1 ",
                          " 1", "1e5.5", "--1", "NaN", "Infinity", "1_0", "1,0"}) {
    EXPECT_FALSE(is_number(bad)) << bad;
  }
}

TEST(NumberTest, TellsIntegersAndStopsAtTheEndOfTheText) {
  const std::string line = "-12345678901234567890,1.5,10e2,7} 0123456789";
  const char* const readable = line.data() + line.size();
  const auto number = [&](size_t at, size_t size) {
    return number_in(std::string_view(line).substr(at, size), readable);
  };
  EXPECT_EQ(number(0, 21), Number::integer);
  EXPECT_EQ(number(22, 3), Number::other);
  EXPECT_EQ(number(26, 4), Number::other);
  EXPECT_EQ(number(31, 1), Number::integer);
  EXPECT_EQ(number(34, 10), Number::none);
}

}  // namespace
}  // namespace pinpipe::json
