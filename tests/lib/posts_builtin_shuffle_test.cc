#include "posts/builtin/shuffle.h"

#include <gtest/gtest.h>

#include <vector>

namespace pinpipe::posts {
namespace {

TEST(Shuffle, GivesEveryNumberOnce) {
  for (const uint32_t size : {2u, 3u, 17u, 256u, 11154u}) {
    const Shuffle shuffle(size, 9);
    std::vector<int> seen(size);
    for (uint32_t i = 0; i < size; ++i) {
      const uint32_t at = shuffle.at(i, 4);
      ASSERT_LT(at, size);
      ++seen[at];
    }
    for (const int times : seen) EXPECT_EQ(times, 1);
  }
}

TEST(Shuffle, LeavesFewNumbersWhereTheyWere) {
  const Shuffle shuffle(11154, 9);
  for (uint64_t which = 0; which < 20; ++which) {
    int fixed = 0, neighbours = 0;
    for (uint32_t i = 0; i + 1 < 11154; ++i) {
      fixed += shuffle.at(i, which) == i;
      neighbours += shuffle.at(i, which) + 1 == shuffle.at(i + 1, which);
    }
    EXPECT_LT(fixed, 12);
    EXPECT_LT(neighbours, 12);
  }
}

TEST(Shuffle, DependsOnKeyAndNumber) {
  const Shuffle one(11154, 1), other(11154, 2);
  int same_key = 0, same_number = 0;
  for (uint32_t i = 0; i < 11154; ++i) {
    same_key += one.at(i, 0) == other.at(i, 0);
    same_number += one.at(i, 0) == one.at(i, 1);
  }
  EXPECT_LT(same_key, 15);
  EXPECT_LT(same_number, 15);
}

}  // namespace
}  // namespace pinpipe::posts
