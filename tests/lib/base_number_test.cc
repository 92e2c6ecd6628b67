#include "base/number.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace pinpipe {
namespace {

TEST(NumberTest, TakesAWholeNumberAndNothingElse) {
  EXPECT_EQ(to_number<int>("-12"), -12);
  EXPECT_EQ(to_number<unsigned>("0012"), 12u);
  EXPECT_EQ(to_number<uint16_t>("65535"), 65535);
  for (const char* text : {"", "-", "+1", " 1", "1 ", "1x", "1.0", "1e3", "0x1", "65536", "-1"}) {
    EXPECT_EQ(to_number<uint16_t>(text), std::nullopt) << text;
  }
}

TEST(NumberTest, TakesAFractionInTheFormThatIsAskedFor) {
  EXPECT_EQ(to_number<double>("1.5"), 1.5);
  EXPECT_EQ(to_number<double>("15e-1"), 1.5);
  EXPECT_EQ(to_number<double>("1.5", std::chars_format::fixed), 1.5);
  EXPECT_EQ(to_number<double>("15e-1", std::chars_format::fixed), std::nullopt);
  EXPECT_EQ(to_number<double>("1,5"), std::nullopt);
  EXPECT_EQ(to_number<double>("1e999"), std::nullopt);
}

}  // namespace
}  // namespace pinpipe
