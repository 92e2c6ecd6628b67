// Figures that are hard to see in a golden case: borders, extremes, and medians beside their
// definition.
#include "query/rankings.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "query/arg_max.h"

namespace pinpipe::query {
namespace {

ExtractedPost post_of(int64_t ind, int64_t followers) {
  ExtractedPost part;
  part.ind = ind;
  part.hash = hash_of(static_cast<uint64_t>(ind));
  part.has = kOfPin;
  part.follower_count = followers;
  return part;
}

ExtractedPost post_of_age(int64_t ind, int64_t followers, int64_t age) {
  ExtractedPost part = post_of(ind, followers);
  part.has |= kHasUser | kHasAge;
  part.age = age;
  part.category = Text("art");
  return part;
}

PostTable table_of(const ExtractedBatch& parts) {
  PostTable table;
  EXPECT_TRUE(table.add(parts).ok());
  return table;
}

int64_t median_of(const std::vector<int64_t>& followers) {
  ExtractedBatch parts;
  for (size_t i = 0; i < followers.size(); ++i) {
    parts.posts.push_back(post_of_age(static_cast<int64_t>(i), followers[i], 20));
  }
  const auto rows = median_followers(table_of(parts), kByAgeGroup, {});
  return std::get<int64_t>(rows.value().at(0).at(1));
}

/// The definition: the least value v so that at least half of all values are at most v.
int64_t percentile_disc_half(const std::vector<int64_t>& values) {
  auto sorted = values;
  std::sort(sorted.begin(), sorted.end());
  for (const int64_t v : sorted) {
    const auto at_most =
        std::count_if(sorted.begin(), sorted.end(), [&](int64_t x) { return x <= v; });
    if (2 * static_cast<size_t>(at_most) >= sorted.size()) return v;
  }
  return -1;
}

TEST(Medians, AreTheLowerOfTwoMiddles) {
  EXPECT_EQ(median_of({7}), 7);
  EXPECT_EQ(median_of({9, 1}), 1);
  EXPECT_EQ(median_of({9, 1, 5}), 5);
  EXPECT_EQ(median_of({9, 1, 5, 4}), 4);
  EXPECT_EQ(median_of({INT64_MIN, INT64_MAX}), INT64_MIN);
  EXPECT_EQ(median_of({INT64_MAX, INT64_MAX, INT64_MIN}), INT64_MAX);
  EXPECT_EQ(median_of({-1, 0, 1}), 0);
}

TEST(Medians, AreThoseOfTheDefinition) {
  std::mt19937 random(1);
  for (size_t size = 1; size < 60; ++size) {
    std::vector<int64_t> values(size);
    const auto range = size % 2 == 0 ? 20 : 1 << 20;
    for (auto& value : values) value = static_cast<int64_t>(random() % range) - range / 2;
    EXPECT_EQ(median_of(values), percentile_disc_half(values)) << size << " values";
  }
}

TEST(Medians, OfGroupsThatNeedMoreAndFewerRounds) {
  ExtractedBatch parts;
  parts.posts = {post_of_age(1, 5, 20),  post_of_age(2, 5, 20),   post_of_age(3, INT64_MAX, 30),
                 post_of_age(4, -7, 30), post_of_age(5, 300, 40), post_of_age(6, 200, 40)};
  const std::vector<Row> expected = {{std::string_view("18-24"), int64_t{5}},
                                     {std::string_view("25-35"), int64_t{-7}},
                                     {std::string_view("36-50"), int64_t{200}}};
  EXPECT_EQ(median_followers(table_of(parts), kByAgeGroup, {}).value(), expected);
}

TEST(ArgMax, MayHaveNegativeValues) {
  ExtractedBatch parts;
  const auto add = [&](int64_t ind, int64_t followers, std::string_view poster,
                       std::string_view country) {
    ExtractedPost part = post_of(ind, followers);
    part.has |= kHasGeo;
    part.poster_name = Text(poster);
    part.country = Text(country);
    parts.posts.push_back(part);
  };
  add(1, -5, "a", "Peru");
  add(2, -3, "b", "Peru");
  add(3, INT64_MIN, "c", "Chad");
  const auto table = table_of(parts);
  const std::vector<Row> expected = {
      {std::string_view("Chad"), std::string_view("c"), int64_t{INT64_MIN}},
      {std::string_view("Peru"), std::string_view("b"), int64_t{-3}}};
  EXPECT_EQ(top_posters_by_country(table).value(), expected);
}

TEST(ArgMax, WhoIsOfferedOftenIsNamedOnce) {
  ArgMax arg_max;
  for (int i = 0; i < 10'000; ++i) arg_max.offer(7, static_cast<TextId>(i % 3));
  arg_max.offer(6, 9);
  EXPECT_EQ(arg_max.who(), (std::vector<TextId>{0, 1, 2}));
  EXPECT_LT(arg_max.who().capacity(), 20u);
}

TEST(Groups, EndWhereTheyShould) {
  const std::pair<int64_t, std::string_view> kCases[] = {
      {18, "18-24"}, {24, "18-24"}, {25, "25-35"}, {35, "25-35"},
      {36, "36-50"}, {50, "36-50"}, {51, "50+"},   {INT64_MAX, "50+"}};
  for (const auto& [age, name] : kCases) {
    ExtractedBatch parts;
    parts.posts = {post_of_age(1, 1, age)};
    const auto table = table_of(parts);
    const auto rows = top_categories(table, kByAgeGroup, {}).value();
    ASSERT_EQ(rows.size(), 1u) << age;
    EXPECT_EQ(std::get<std::string_view>(rows[0][0]), name) << age;
  }
  for (const int64_t age : {int64_t{17}, int64_t{0}, int64_t{INT64_MIN}}) {
    ExtractedBatch parts;
    parts.posts = {post_of_age(1, 1, age)};
    EXPECT_TRUE(top_categories(table_of(parts), kByAgeGroup, {}).value().empty()) << age;
  }
}

}  // namespace
}  // namespace pinpipe::query
