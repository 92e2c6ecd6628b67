// First records count, later ones are counted, and nothing is mixed up as the table grows.
#include "query/post_table.h"

#include <gtest/gtest.h>

#include <functional>

namespace pinpipe::query {
namespace {

using record::Dataset;

Text text(std::string_view bytes) { return {bytes, std::hash<std::string_view>()(bytes), false}; }

TEST(PostTable, TheFirstRecordOfADatasetCounts) {
  Parts parts;
  parts.pins = {{1, 10, text("art"), text("a")}, {1, 20, text("beauty"), text("b")}};
  parts.geos = {{1, text("Peru"), int16_t{2018}}, {2, {}, std::nullopt}};
  PostTable table;
  ASSERT_TRUE(table.add(parts).ok());
  ASSERT_TRUE(table.add(parts).ok());

  ASSERT_EQ(table.posts().size(), 2u);
  const Post& post = table.posts()[0];
  EXPECT_EQ(post.ind, 1);
  EXPECT_EQ(post.follower_count, 10);
  EXPECT_EQ(table.text(post.category), "art");
  EXPECT_EQ(table.text(post.country), "Peru");
  EXPECT_TRUE(post.has_all(Post::kPin | Post::kGeo | Post::kFollowerCount | Post::kYear));
  EXPECT_FALSE(post.has_all(Post::kUser));
  EXPECT_EQ(table.posts()[1].country, kNull);

  EXPECT_EQ(table.distinct(Dataset::pin), 1u);
  EXPECT_EQ(table.duplicates(Dataset::pin), 3u);
  EXPECT_EQ(table.distinct(Dataset::geo), 2u);
  EXPECT_EQ(table.duplicates(Dataset::geo), 2u);
  EXPECT_EQ(table.distinct(Dataset::user), 0u);
  EXPECT_EQ(table.joined(Post::kPin | Post::kGeo), 1u);
  EXPECT_EQ(table.joined(Post::kPin | Post::kUser), 0u);
}

TEST(PostTable, ANullThatCameFirstStays) {
  Parts parts;
  parts.pins = {{1, std::nullopt, {}, {}}, {1, 20, text("art"), text("b")}};
  PostTable table;
  ASSERT_TRUE(table.add(parts).ok());
  EXPECT_FALSE(table.posts()[0].has_all(Post::kFollowerCount));
  EXPECT_EQ(table.posts()[0].category, kNull);
}

TEST(PostTable, UsersAreDistinctByNameAgeAndInstant) {
  const Instant noon{43200, 1970, ""};
  const Instant just_after{43200, 1970, "5"};
  Parts parts;
  parts.users = {
      {1, text("A"), 20, noon},
      {2, text("A"), 20, noon},
      {3, text("A"), 20, just_after},
      {4, text("A"), 21, noon},
      {5, text("B"), 20, noon},
      {6, text("A"), std::nullopt, noon},
      {7, text("A"), std::nullopt, noon},
      {8, text("A"), 0, noon},
      {9, {}, 20, noon},
      {10, text(""), 20, noon},
      {11, text("A"), 20, std::nullopt},
      {12, text("A"), 20, Instant{0, 1970, ""}},
  };
  PostTable table;
  ASSERT_TRUE(table.add(parts).ok());
  EXPECT_EQ(table.users().size(), 10u);  // 2 is the user of 1, and 7 that of 6
  EXPECT_EQ(table.posts()[0].user, table.posts()[1].user);
  EXPECT_EQ(table.posts()[5].user, table.posts()[6].user);
}

TEST(PostTable, KeepsEverythingApartWhileItGrows) {
  constexpr int64_t kPosts = 200'000;
  PostTable table;
  const auto ind_of = [](int64_t i) { return i % 2 == 0 ? i << 40 : INT64_MIN + i; };
  const auto name_of = [](int64_t i) {
    return std::string(i % 50'000 == 0 ? 20'000 : 3, 'n') + std::to_string(i);
  };
  for (int64_t i = 0; i < kPosts; ++i) {
    const std::string name = name_of(i);
    Parts parts;
    parts.pins = {{ind_of(i), i, text("art"), text(name)}};
    parts.users = {{ind_of(i), text(name), i, std::nullopt}};
    ASSERT_TRUE(table.add(parts).ok());
  }
  ASSERT_EQ(table.posts().size(), size_t{kPosts});
  ASSERT_EQ(table.users().size(), size_t{kPosts});
  for (int64_t i = 0; i < kPosts; ++i) {
    const Post& post = table.posts()[size_t(i)];
    ASSERT_EQ(post.ind, ind_of(i));
    ASSERT_EQ(post.follower_count, i);
    ASSERT_EQ(post.category, table.posts()[0].category);
    ASSERT_EQ(table.text(post.poster_name), name_of(i));
    ASSERT_EQ(table.user_of(post).age, i);
    ASSERT_EQ(table.user_of(post).user_name, post.poster_name);
  }
}

}  // namespace
}  // namespace pinpipe::query
