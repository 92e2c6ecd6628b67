#include "posts/timestamp_override.h"

#include <gtest/gtest.h>

#include "record/values.h"

namespace pinpipe::posts {
namespace {

std::string stamped(std::string_view posts) {
  Buffer to;
  append_stamped(posts, "\"NOW\"", to);
  return std::string(to.view());
}

TEST(Stamped, ReplacesTheTimestampOfTheGeoOnly) {
  EXPECT_EQ(stamped("{\"pin\":{\"timestamp\":1},\"geo\":{\"ind\":1, \"timestamp\" : \"x\" "
                    ",\"a\":2},\"timestamp\":3}\n"
                    "{\"geo\":{\"ind\":1,\"timestamp\":{\"deep\":[1,2]}}}\n"),
            "{\"pin\":{\"timestamp\":1},\"geo\":{\"ind\":1, \"timestamp\" : \"NOW\" "
            ",\"a\":2},\"timestamp\":3}\n"
            "{\"geo\":{\"ind\":1,\"timestamp\":\"NOW\"}}\n");
}

TEST(Stamped, AddsATimestampWhereThereIsNone) {
  EXPECT_EQ(stamped("{\"geo\":{\"ind\":1}}\n"), "{\"geo\":{\"ind\":1,\"timestamp\":\"NOW\"}}\n");
}

TEST(Stamped, LeavesPostsWithoutGeo) {
  const std::string posts = "{\"pin\":{\"index\":1}}\n{\"pin\":{},\"geo\":null}\n";
  EXPECT_EQ(stamped(posts), posts);
}

TEST(Stamped, NowIsATimestamp) {
  for (const char between : {' ', 'T'}) {
    const auto now = quoted_now(between);
    ASSERT_EQ(now.size(), 21u);
    EXPECT_EQ(now[11], between);
    const auto read = record::to_timestamp(now.substr(1, 19));
    ASSERT_TRUE(read.has_value());
    EXPECT_GE(read->year, 2024);
  }
}

}  // namespace
}  // namespace pinpipe::posts
