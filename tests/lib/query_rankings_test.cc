// Figures that are hard to see in a golden case: borders, extremes, and medians beside their
// definition.
#include "query/rankings.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>

namespace pinpipe::query {
namespace {

Text text(std::string_view bytes) { return {bytes, std::hash<std::string_view>()(bytes), false}; }

/// One post a value, all of users of age 20.
PostTable table_of(const std::vector<int64_t>& followers) {
  Parts parts;
  for (size_t i = 0; i < followers.size(); ++i) {
    parts.pins.push_back({static_cast<int64_t>(i), followers[i], text("art"), {}});
    parts.users.push_back({static_cast<int64_t>(i), {}, 20, std::nullopt});
  }
  PostTable table;
  EXPECT_TRUE(table.add(parts).ok());
  return table;
}

int64_t median_of(const std::vector<int64_t>& followers) {
  const auto rows = median_followers(table_of(followers), kByAgeGroup, {});
  return std::get<int64_t>(rows.at(0).at(1));
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
}

TEST(Medians, AreThoseOfTheDefinition) {
  std::mt19937 random(1);
  for (size_t size = 1; size < 60; ++size) {
    std::vector<int64_t> values(size);
    for (auto& value : values) value = static_cast<int64_t>(random() % 20);
    EXPECT_EQ(median_of(values), percentile_disc_half(values)) << size << " values";
  }
}

TEST(Leaders, MayHaveNegativeValues) {
  Parts parts;
  parts.pins = {{1, -5, {}, text("a")}, {2, -3, {}, text("b")}, {3, INT64_MIN, {}, text("c")}};
  parts.geos = {{1, text("Peru"), std::nullopt},
                {2, text("Peru"), std::nullopt},
                {3, text("Chad"), std::nullopt}};
  PostTable table;
  ASSERT_TRUE(table.add(parts).ok());
  const std::vector<Row> expected = {
      {std::string_view("Chad"), std::string_view("c"), int64_t{INT64_MIN}},
      {std::string_view("Peru"), std::string_view("b"), int64_t{-3}}};
  EXPECT_EQ(top_posters_by_country(table), expected);
}

TEST(Groups, EndWhereTheyShould) {
  const std::pair<int64_t, std::string_view> kCases[] = {
      {18, "18-24"}, {24, "18-24"}, {25, "25-35"}, {35, "25-35"},
      {36, "36-50"}, {50, "36-50"}, {51, "50+"},   {INT64_MAX, "50+"}};
  for (const auto& [age, name] : kCases) {
    Parts parts;
    parts.pins = {{1, 1, text("art"), {}}};
    parts.users = {{1, {}, age, std::nullopt}};
    PostTable table;
    ASSERT_TRUE(table.add(parts).ok());
    const auto rows = top_categories(table, kByAgeGroup, {});
    ASSERT_EQ(rows.size(), 1u) << age;
    EXPECT_EQ(std::get<std::string_view>(rows[0][0]), name) << age;
  }
  for (const int64_t age : {int64_t{17}, int64_t{0}, int64_t{INT64_MIN}}) {
    Parts parts;
    parts.pins = {{1, 1, text("art"), {}}};
    parts.users = {{1, {}, age, std::nullopt}};
    PostTable table;
    ASSERT_TRUE(table.add(parts).ok());
    EXPECT_TRUE(top_categories(table, kByAgeGroup, {}).empty()) << age;
  }
}

}  // namespace
}  // namespace pinpipe::query
