#include "http/backoff.h"

#include <gtest/gtest.h>

namespace pinpipe::http {
namespace {

constexpr Milliseconds kZero(0);

TEST(Backoff, DrawsFromGrowingRangesUpToTheCap) {
  RetryOptions options;
  options.retries = 100;
  std::vector<Milliseconds> most(12, kZero), least(12, Milliseconds(1'000'000));
  for (uint64_t seed = 0; seed < 400; ++seed) {
    Backoff backoff(options, seed);
    for (size_t i = 0; i < most.size(); ++i) {
      const auto wait = backoff.failed(kZero, std::nullopt);
      ASSERT_TRUE(wait);
      most[i] = std::max(most[i], *wait);
      least[i] = std::min(least[i], *wait);
    }
  }
  for (size_t i = 0; i < most.size(); ++i) {
    const auto range = std::min(Milliseconds(100LL << i), Milliseconds(20'000));
    EXPECT_LE(most[i], range) << i;
    EXPECT_GT(most[i], range * 9 / 10) << i;  // jitter is full:
    EXPECT_LT(least[i], range / 10) << i;     // from 0 to the whole range
  }
}

TEST(Backoff, GivesUpBehindTheLastTryAndTriesOnceAfterThat) {
  Backoff backoff({.retries = 2}, 1);
  EXPECT_TRUE(backoff.failed(kZero, std::nullopt));
  EXPECT_TRUE(backoff.failed(kZero, std::nullopt));
  EXPECT_FALSE(backoff.failed(kZero, std::nullopt));
  EXPECT_FALSE(backoff.failed(kZero, std::nullopt));
  backoff.progress();
  EXPECT_TRUE(backoff.failed(kZero, std::nullopt));
}

TEST(Backoff, ATryWithProgressCostsNone) {
  Backoff backoff({.retries = 1}, 1);
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(backoff.failed(kZero, std::nullopt));
    const auto wait = backoff.progressed(kZero, std::nullopt);
    ASSERT_TRUE(wait);
    EXPECT_LE(*wait, Milliseconds(100));
  }
}

TEST(Backoff, HonoursRetryAfter) {
  Backoff backoff({}, 1);
  EXPECT_EQ(backoff.failed(kZero, Milliseconds(30'000)), Milliseconds(30'000));
  EXPECT_EQ(backoff.pause(Milliseconds(5'000)), Milliseconds(5'000));
}

TEST(Backoff, GivesUpWhereTheWaitWouldPassTheLimitOfTime) {
  Backoff backoff({.max_time = Milliseconds(10'000)}, 1);
  EXPECT_FALSE(backoff.failed(kZero, Milliseconds(10'001)));
  EXPECT_FALSE(backoff.failed(Milliseconds(10'001), std::nullopt));
}

}  // namespace
}  // namespace pinpipe::http
