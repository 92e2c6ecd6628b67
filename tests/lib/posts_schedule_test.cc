#include "posts/schedule.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace pinpipe::posts {
namespace {

using Pairs = std::vector<std::pair<unsigned, Row>>;

Pairs take(Draws& draws, int posts) {
  Pairs pairs;
  for (int i = 0; i < posts; ++i) {
    const auto draw = draws.next();
    pairs.emplace_back(draw.sleep_s, draw.row);
  }
  return pairs;
}

TEST(Draws, AreThoseOfTheEmulatorInPython) {
  Draws draws(100, 11001, Order::random);
  EXPECT_EQ(take(draws, 8), (Pairs{{0, 7528},
                                   {1, 2863},
                                   {1, 5730},
                                   {1, 8304},
                                   {0, 8731},
                                   {0, 1313},
                                   {1, 4315},
                                   {0, 10794}}));
  Draws few(7, 3, Order::random);
  EXPECT_EQ(take(few, 8), (Pairs{{1, 0}, {1, 2}, {0, 0}, {0, 1}, {0, 2}, {0, 0}, {0, 1}, {1, 0}}));
}

TEST(Draws, ResumeWhereTheyWouldHaveBeen) {
  Draws draws(100, 11001, Order::random);
  draws.skip(1000);
  EXPECT_EQ(take(draws, 5), (Pairs{{0, 10300}, {1, 7407}, {1, 624}, {1, 6509}, {0, 10467}}));
}

TEST(Draws, SequentialCountsRowsAndKeepsTheSleeps) {
  Draws draws(100, 5, Order::sequential);
  Draws random(100, 5, Order::random);
  for (Row i = 0; i < 12; ++i) {
    const auto draw = draws.next();
    EXPECT_EQ(draw.row, i % 5);
    EXPECT_EQ(draw.sleep_s, random.next().sleep_s);
  }
}

TEST(Draws, SequentialResumesBehindTheSkippedOnes) {
  Draws drawing(100, 5, Order::sequential);
  Draws whole(100, 5, Order::sequential);
  drawing.skip(13);
  take(whole, 13);
  EXPECT_EQ(take(drawing, 9), take(whole, 9));
  Draws counting(100, 5, Order::sequential, false);
  counting.skip(UINT64_MAX);  // at once: nothing is drawn
  EXPECT_EQ(take(counting, 2), (Pairs{{0, UINT64_MAX % 5}, {0, (UINT64_MAX % 5 + 1) % 5}}));
}

TEST(Draws, WithoutSleepsTheRowsAreTheSame) {
  Draws with(42, 11001, Order::random), without(42, 11001, Order::random, false);
  EXPECT_EQ(take(with, 100), take(without, 100));
}

}  // namespace
}  // namespace pinpipe::posts
