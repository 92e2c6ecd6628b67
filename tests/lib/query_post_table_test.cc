// First records count, later ones are counted, nothing is mixed up as the table grows, and it does
// not grow too far.
#include "query/post_table.h"

#include <gtest/gtest.h>

namespace pinpipe::query {
namespace {

using record::Dataset;

ExtractedPost part_of(int64_t ind, unsigned has) {
  ExtractedPost part;
  part.ind = ind;
  part.hash = hash_of(static_cast<uint64_t>(ind));
  part.has = static_cast<uint8_t>(has);
  return part;
}

ExtractedPost pin(int64_t ind, int64_t followers, std::string_view category,
                  std::string_view poster) {
  ExtractedPost part = part_of(ind, kOfPin);
  part.follower_count = followers;
  part.category = Text(category);
  part.poster_name = Text(poster);
  return part;
}

std::string_view text_of(const TextIds& ids, int64_t id) {
  return ids.text(static_cast<TextId>(id));
}

TEST(PostTable, TheFirstRecordOfADatasetCounts) {
  ExtractedBatch parts;
  parts.posts = {pin(1, 10, "art", "a"), pin(1, 20, "beauty", "b"), part_of(1, kOfGeo),
                 part_of(2, kHasGeo)};
  parts.posts[2].country = Text("Peru");
  parts.posts[2].post_year = 2018;
  PostTable table;
  ASSERT_TRUE(table.add(parts).ok());
  ASSERT_TRUE(table.add(parts).ok());

  ASSERT_EQ(table.size(), 2u);
  EXPECT_EQ(table.inds()[0], 1);
  EXPECT_EQ(table.follower_count()[0], 10);
  EXPECT_EQ(text_of(table.categories(), table.category()[0]), "art");
  EXPECT_EQ(text_of(table.countries(), table.country()[0]), "Peru");
  EXPECT_EQ(table.post_year()[0], 2018);
  EXPECT_TRUE(has_all(table.has()[0], kOfPin | kOfGeo));
  EXPECT_FALSE(has_all(table.has()[0], kHasUser));
  EXPECT_EQ(table.country()[1], kNull);
  EXPECT_FALSE(has_all(table.has()[1], kHasPostYear));

  EXPECT_EQ(table.distinct(Dataset::pin), 1u);
  EXPECT_EQ(table.duplicates(Dataset::pin), 3u);
  EXPECT_EQ(table.distinct(Dataset::geo), 2u);
  EXPECT_EQ(table.duplicates(Dataset::geo), 2u);
  EXPECT_EQ(table.distinct(Dataset::user), 0u);
  EXPECT_EQ(table.joined(kHasPin | kHasGeo), 1u);
  EXPECT_EQ(table.joined(kHasPin | kHasUser), 0u);
}

TEST(PostTable, ANullThatCameFirstStays) {
  ExtractedBatch parts;
  parts.posts = {part_of(1, kHasPin), pin(1, 20, "art", "b")};
  PostTable table;
  ASSERT_TRUE(table.add(parts).ok());
  EXPECT_FALSE(has_all(table.has()[0], kHasFollowerCount));
  EXPECT_EQ(table.category()[0], kNull);
}

TEST(PostTable, CountsTheUsersOfFirstRecordsOnce) {
  ExtractedBatch parts;
  const auto add_user = [&](int64_t ind, const std::string& key, int16_t year) {
    ExtractedPost part = part_of(ind, kHasUser | kHasJoinYear);
    part.user_begin = parts.user_keys.size();
    part.user_size = static_cast<uint32_t>(key.size());
    part.user_hash = hash_of(std::string_view(key));
    part.join_year = year;
    parts.user_keys += key;
    parts.posts.push_back(part);
  };
  add_user(1, "a", 2015);
  add_user(2, "b", 2015);
  add_user(2, "c", 2015);  // not the first of 2
  add_user(3, "a", 2015);
  add_user(4, "d", 2016);
  PostTable table;
  ASSERT_TRUE(table.add(parts).ok());
  EXPECT_EQ(table.users_joined(), (std::map<int, int64_t>{{2015, 2}, {2016, 1}}));
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
    ExtractedBatch parts;
    parts.posts = {pin(ind_of(i), i % 3 == 0 ? -i : i, "art", name)};
    parts.posts[0].has = kOfPin | kHasUser | kHasAge;
    parts.posts[0].age = i << (i % 40);
    ASSERT_TRUE(table.add(parts).ok());
  }
  ASSERT_EQ(table.size(), size_t{kPosts});
  for (int64_t i = 0; i < kPosts; ++i) {
    const auto post = static_cast<uint64_t>(i);
    ASSERT_EQ(table.inds()[post], ind_of(i));
    ASSERT_EQ(table.follower_count()[post], i % 3 == 0 ? -i : i);
    ASSERT_EQ(table.age()[post], i << (i % 40));
    ASSERT_EQ(table.category()[post], table.category()[0]);
    ASSERT_EQ(text_of(table.poster_names(), table.poster_name()[post]), name_of(i));
  }
}

TEST(PostTable, RefusesWhatWouldPassItsCeilingAndHoldsBelow) {
  constexpr uint64_t kRoom = 1 << 20;
  constexpr uint64_t kBeside = 7 << 20;
  constexpr uint64_t kCeiling = kBeside + kRoom;
  PostTable table(kCeiling, kBeside);
  Status status;
  int64_t added = 0;
  for (; status.ok(); ++added) {
    ASSERT_LE(table.memory(), kCeiling);
    ASSERT_LT(added, 1'000'000);
    const std::string name = "poster " + std::to_string(added);
    ExtractedBatch parts;
    parts.posts = {pin(added, 1000, "art", name)};
    status = table.add(parts);
  }
  EXPECT_EQ(table.size(), static_cast<uint64_t>(added - 1)) << "what is refused is not added";
  EXPECT_GT(table.memory(), kBeside + kRoom / 2) << "a table may double only once";
  EXPECT_NE(status.error().what.find(std::to_string(added - 1) + " distinct posts"),
            std::string::npos)
      << status.error().what;
  EXPECT_NE(status.error().hint.find("--max-memory"), std::string::npos);
}

TEST(PostTable, RefusesATextThatDoesNotFit) {
  PostTable table(1 << 20);
  ExtractedBatch parts;
  const std::string name(1 << 20, 'n');
  parts.posts = {pin(1, 1, "art", name)};
  EXPECT_FALSE(table.add(parts).ok());
  EXPECT_EQ(table.size(), 0u);
}

}  // namespace
}  // namespace pinpipe::query
