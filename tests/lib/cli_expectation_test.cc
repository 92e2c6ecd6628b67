#include "cli/expectation.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pinpipe::cli {
namespace {

const std::vector<std::string> kNames{"rejected", "unreadable", "unreadable.age"};

Expectation parsed(std::string_view text) {
  auto expectation = parse_expectation("--expect", text, kNames);
  EXPECT_TRUE(expectation.ok()) << text;
  return expectation.ok() ? *expectation : Expectation{};
}

bool is_met(std::string_view text, uint64_t count, uint64_t total) {
  return !unmet(parsed(text), {count, total, "lines"});
}

TEST(ExpectationTest, ReadsNameAndShare) {
  const auto expectation = parsed(" unreadable.age < 0.1% ");
  EXPECT_EQ(expectation.name, "unreadable.age");
  EXPECT_EQ(expectation.bound.parts, Share::kPerCent / 10);
  for (const auto* text :
       {"", "rejected", "rejected<", "<1%", "age<1%", "rejected<1", "rejected<0%", "rejected<=1%",
        "rejected<100.1%", "rejected<-1%", "rejected<1%<2%"}) {
    EXPECT_FALSE(parse_expectation("--expect", text, kNames).ok()) << text;
  }
}

// 0.07 * 10000 is more than 700 in doubles.
TEST(ExpectationTest, ComparesExactly) {
  EXPECT_FALSE(is_met("rejected<0.07%", 7, 10'000));
  EXPECT_TRUE(is_met("rejected<0.070000001%", 7, 10'000));
  EXPECT_TRUE(is_met("rejected<100%", UINT64_MAX - 1, UINT64_MAX));
  EXPECT_FALSE(is_met("rejected<100%", UINT64_MAX, UINT64_MAX));
  EXPECT_TRUE(is_met("rejected<0.000000001%", 0, 1));
}

TEST(ExpectationTest, HoldsOfNothing) { EXPECT_TRUE(is_met("rejected<1%", 0, 0)); }

TEST(ExpectationTest, SaysWhatIsSo) {
  EXPECT_EQ(unmet(parsed("rejected<1%"), {1, 3, "lines"}),
            "expected rejected<1%, but it is 33.3%: 1 of 3 lines");
}

}  // namespace
}  // namespace pinpipe::cli
