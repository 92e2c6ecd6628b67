#include "cli/values.h"

#include <gtest/gtest.h>

namespace pinpipe::cli {
namespace {

constexpr uint64_t kMax = UINT64_MAX;

TEST(ValuesTest, ReadsCounts) {
  const std::pair<const char*, uint64_t> cases[] = {
      {"0", 0},           {"500", 500},
      {"10k", 10'000},    {"1M", 1'000'000},
      {"1e6", 1'000'000}, {"1.5M", 1'500'000},
      {"2.50e1", 25},     {"+7", 7},
      {"007", 7},         {"18446744073709551615", kMax},
      {"1000e-3", 1}};
  for (const auto& [text, count] : cases) {
    const auto read = parse_count("--n", text, {});
    ASSERT_TRUE(read.ok()) << text;
    EXPECT_EQ(read.value(), count) << text;
  }
}

TEST(ValuesTest, RefusesWhatIsNoCount) {
  for (const char* text : {"", "x", "1.5", "1x", "1 000", "0x10", ".", "-", "1e", "5m", "1ee1"}) {
    EXPECT_FALSE(parse_count("--n", text, {}).ok()) << text;
  }
  EXPECT_EQ(parse_count("--n", "x", {}).error().what, "--n takes a count, not 'x'");
}

TEST(ValuesTest, SaysTheRangeInWords) {
  EXPECT_EQ(parse_count("--n", "-1", {1}).error().what, "--n must be 1 or more, not '-1'");
  EXPECT_EQ(parse_count("--n", "0", {1, 9}).error().what, "--n must be from 1 to 9, not '0'");
  for (const char* text : {"18446744073709551616", "1e20", "99999999999999999999999999999999999"}) {
    EXPECT_FALSE(parse_count("--n", text, {}).ok()) << text;
  }
  EXPECT_TRUE(parse_count("--n", "-0", {}).ok());
}

TEST(ValuesTest, ShowsNoMoreOfAValueThanOneReads) {
  const auto what = parse_count("--n", std::string(300, '9'), {}).error().what;
  EXPECT_LT(what.size(), 120u);
}

TEST(ValuesTest, ReadsSizes) {
  const std::pair<const char*, uint64_t> cases[] = {
      {"4096", 4096},       {"64KiB", 65536},  {"64k", 65536}, {"64 KB", 0},
      {"1.5G", 1610612736}, {"1mib", 1 << 20}, {"0.3k", 307},  {"1b", 1}};
  for (const auto& [text, bytes] : cases) {
    const auto read = parse_bytes("--b", text, {});
    ASSERT_EQ(read.ok(), bytes > 0) << text;
    if (bytes == 0) continue;
    EXPECT_EQ(read.value(), bytes) << text;
  }
  EXPECT_EQ(parse_bytes("--b", "0", {1, 1 << 20}).error().what,
            "--b must be from 1 to 1 MiB, not '0'");
  EXPECT_FALSE(parse_bytes("--b", "99999999999999999999T", {}).ok());
}

TEST(ValuesTest, ReadsDurations) {
  const std::pair<const char*, int64_t> cases[] = {
      {"200ms", 200},   {"5s", 5000}, {"1.5s", 1500}, {"10m", 600'000},
      {"2h", 7200'000}, {"7", 7000},  {"0.25", 250}};
  for (const auto& [text, ms] : cases) {
    const auto read = parse_duration("--t", text, kSecond, {});
    ASSERT_TRUE(read.ok()) << text;
    EXPECT_EQ(read.value().count(), ms) << text;
  }
  EXPECT_EQ(parse_duration("--t", "5", kMillisecond, {}).value().count(), 5);
  EXPECT_FALSE(parse_duration("--t", "5ns", kSecond, {}).ok());
  EXPECT_FALSE(parse_duration("--t", "0.0001s", kSecond, {}).ok());
  EXPECT_EQ(parse_duration("--t", "0", kSecond, {1, 3'600'000}).error().what,
            "--t must be from 1ms to 1h, not '0'");
}

TEST(ValuesTest, ReadsNumbers) {
  EXPECT_EQ(parse_number("--r", "0.5", {0, 10}, true).value(), 0.5);
  EXPECT_EQ(parse_number("--r", "0", {0, 10}, true).error().what,
            "--r must be more than 0 and at most 10, not '0'");
  for (const char* text : {"", "nan", "1e999", "1x"}) {
    EXPECT_FALSE(parse_number("--r", text, {0, 10}).ok()) << text;
  }
}

TEST(ValuesTest, KnowsTheNearestChoice) {
  const std::string choices[] = {"random", "sequential"};
  EXPECT_EQ(parse_choice("--order", "sequential", choices).value(), 1u);
  const auto error = parse_choice("--order", "radnom", choices).error();
  EXPECT_EQ(error.what, "--order must be random or sequential, not 'radnom'");
  EXPECT_EQ(error.hint, "did you mean 'random'?");
}

}  // namespace
}  // namespace pinpipe::cli
