#include "posts/builtin/trending_source.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "json/scanner.h"
#include "record/records.h"
#include "record/schema.h"

namespace pinpipe::posts {
namespace {

constexpr PostTimes kDayOfAMillion{1669852800, 86'400'000};  // 2022-12-01

std::string posts_of(TrendingTable& table, Row first, Row end) {
  std::vector<Row> numbers;
  for (; first < end; ++first) numbers.push_back(first);
  Buffer posts;
  std::vector<MissingRow> missing;
  EXPECT_TRUE(table.append_posts(numbers, posts, missing).ok());
  return std::string(posts.view());
}

std::vector<std::string> values_of(const std::string& posts, record::Dataset dataset,
                                   std::string_view key) {
  json::Scanner scanner{record::kFieldIds};
  json::Members members;
  std::vector<std::string> values;
  for (std::string_view rest = posts; !rest.empty(); rest.remove_prefix(rest.find('\n') + 1)) {
    EXPECT_TRUE(scanner.object(rest.substr(0, rest.find('\n')), members).ok());
    const auto record = record::find_records(members)[dataset];
    const auto* member = json::find_member(members, record, key);
    values.emplace_back(member ? member->value : "");
  }
  return values;
}

TEST(TrendingTable, IsAFunctionOfSeedsAndPost) {
  TrendingTable whole(150, Spelling::raw, 100, kDayOfAMillion);
  TrendingTable again(150, Spelling::raw, 100, kDayOfAMillion);
  const auto posts = posts_of(whole, 0, 3000);
  EXPECT_EQ(posts, posts_of(again, 0, 1234) + posts_of(again, 1234, 3000));
  TrendingTable other(150, Spelling::raw, 101, kDayOfAMillion);
  EXPECT_NE(posts, posts_of(other, 0, 3000));
}

TEST(TrendingTable, PostsEachRowOnce) {
  TrendingTable table(150, Spelling::clean, 100, kDayOfAMillion);
  const auto inds = values_of(posts_of(table, 0, 3 * kTableRows), record::Dataset::pin, "ind");
  EXPECT_EQ(std::set<std::string>(inds.begin(), inds.end()).size(), 3 * kTableRows);
}

TEST(TrendingTable, PostsHaveTheTimesOfTheirNumbers) {
  TrendingTable table(150, Spelling::clean, 100, {1669852800, 400'000'000});
  const auto times = values_of(posts_of(table, 10'000, 10'005), record::Dataset::geo, "timestamp");
  EXPECT_EQ(times, (std::vector<std::string>{"\"2022-12-01T01:06:40\"", "\"2022-12-01T01:06:40\"",
                                             "\"2022-12-01T01:06:40\"", "\"2022-12-01T01:06:41\"",
                                             "\"2022-12-01T01:06:41\""}));
}

TEST(TrendingTable, AProfileHasTheSameFollowersInEveryPostOfAMinute) {
  TrendingTable table(150, Spelling::clean, 100, {1669852800, 6'000'000});
  const auto posts = posts_of(table, 0, 10'000);
  const auto names = values_of(posts, record::Dataset::pin, "poster_name");
  const auto followers = values_of(posts, record::Dataset::pin, "follower_count");
  std::map<std::string, std::string> of_name;
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] == "null") continue;
    ASSERT_EQ(of_name.emplace(names[i], followers[i]).first->second, followers[i]) << names[i];
  }
}

TEST(TrendingTable, FollowersRiseWithTheShareOfPosts) {
  TrendingTable table(150, Spelling::clean, 100, {1669852800, 20'000'000});
  const auto posts = posts_of(table, 0, 4 * 3000);  // four minutes: one name's rise and fall
  const auto names = values_of(posts, record::Dataset::pin, "poster_name");
  const auto followers = values_of(posts, record::Dataset::pin, "follower_count");
  std::map<std::string, std::vector<int64_t>> of_name;
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] != "null") of_name[names[i]].push_back(std::stoll(followers[i]));
  }
  const auto posts_of_name = [](const auto& entry) { return entry.second.size(); };
  const auto& of_first = std::ranges::max_element(of_name, {}, posts_of_name)->second;
  const auto [least, most] = std::ranges::minmax(of_first);
  EXPECT_NEAR(static_cast<double>(most) / static_cast<double>(least), 2.0 / 1.25, 0.1);
  EXPECT_EQ(of_first.front(), least);
}

TEST(TrendingTable, EndsWhereTimeDoes) {
  constexpr PostTimes kAPostADay{1669852800, 86'400'000'000'000};
  TrendingTable table(150, Spelling::raw, 100, kAPostADay);
  EXPECT_EQ(kAPostADay.posts(), 200u * 366);
  Buffer to;
  std::vector<MissingRow> missing;
  const Row last[] = {kAPostADay.posts() - 1}, behind[] = {kAPostADay.posts()};
  EXPECT_TRUE(table.append_posts(last, to, missing).ok());
  const auto status = table.append_posts(behind, to, missing);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().what, "post 73200 is more than 200 years after the first");
}

}  // namespace
}  // namespace pinpipe::posts
