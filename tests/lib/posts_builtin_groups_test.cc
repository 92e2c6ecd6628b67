#include "posts/builtin/groups.h"

#include <gtest/gtest.h>

namespace pinpipe::posts {
namespace {

TEST(Groups, FallWithTheRankThenAsSaidThenToOne) {
  constexpr uint32_t kExact[] = {2, 3};  // two of three, three of two
  const Groups groups(40, {8, 1.0, kExact});
  const std::vector<uint32_t> expected{8, 4, 3, 3, 2, 2, 2};
  ASSERT_EQ(groups.count(), expected.size() + 40 - 24);
  for (uint32_t g = 0; g < groups.count(); ++g) {
    EXPECT_EQ(groups.size(g), g < expected.size() ? expected[g] : 1u) << g;
  }
}

TEST(Groups, HaveAsManyPlacesAsTheirSizes) {
  const Groups groups(1000, {100, 0.7, {}});
  std::vector<uint32_t> places(groups.count());
  for (uint32_t place = 0; place < 1000; ++place) ++places[groups.of(place)];
  for (uint32_t g = 0; g < groups.count(); ++g) EXPECT_EQ(places[g], groups.size(g));
}

TEST(Groups, StopWherePlacesEnd) {
  const Groups groups(9, {8, 0.1, {}});
  EXPECT_EQ(groups.count(), 2u);
  EXPECT_EQ(groups.size(1), 1u);
}

}  // namespace
}  // namespace pinpipe::posts
