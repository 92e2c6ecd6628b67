#include "posts/builtin/trends.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "posts/builtin/shape.h"
#include "record/values.h"

namespace pinpipe::posts {
namespace {

int64_t day(int year, int month, int of_month) {
  return record::days_from_civil(year, month, of_month) * record::kDaySeconds;
}

std::vector<Trend> in_force(const Trends& trends, int64_t second) {
  std::vector<Trend> all;
  trends.add_in_force(second, all);
  return all;
}

/// The trend of `kind` with the greatest share.
Trend leader(const std::vector<Trend>& trends, TrendKind kind) {
  Trend best{};
  for (const auto& trend : trends) {
    if (trend.kind == kind && trend.share > best.share) best = trend;
  }
  return best;
}

TEST(Trends, ThoseInForceAreThoseThatBeganAndHaveNotEnded) {
  const Trends trends(1);
  const int64_t begin = day(2024, 2, 28), end = begin + 2 * record::kDaySeconds;
  std::vector<Trend> listed = in_force(trends, begin - 1);
  trends.add_beginning(begin, end, listed);
  for (int64_t second = begin; second < end; second += 59) {
    auto expected = in_force(trends, second);
    std::vector<Trend> held;
    for (const auto& trend : listed) {
      if (trend.from <= second && second < trend.to) held.push_back(trend);
    }
    std::ranges::sort(held, {}, place_in_list);
    std::ranges::sort(expected, {}, place_in_list);
    ASSERT_EQ(held, expected) << second;
  }
}

TEST(Trends, BeginningsCanBeListedPieceByPiece) {
  const Trends trends(3);
  const int64_t begin = day(2022, 11, 20);
  std::vector<Trend> whole, pieces;
  trends.add_beginning(begin, begin + 20 * record::kDaySeconds, whole);
  for (int i = 0; i < 20; ++i) {
    trends.add_beginning(begin + i * record::kDaySeconds, begin + (i + 1) * record::kDaySeconds,
                         pieces);
  }
  EXPECT_EQ(pieces, whole);
}

TEST(Trends, LeaveRoomForOtherPostsAndHaveOneLeader) {
  const Trends trends(2);
  for (int64_t second = day(2020, 1, 1); second < day(2021, 1, 1); second += 1717) {
    std::map<TrendKind, uint32_t> sums;
    std::set<std::pair<TrendKind, uint32_t>> names;
    std::map<TrendKind, std::vector<uint32_t>> shares;
    for (const auto& trend : in_force(trends, second)) {
      ASSERT_LT(trend.from, trend.to);
      ASSERT_TRUE(names.insert({trend.kind, trend.which}).second) << "a name is in two waves";
      sums[trend.kind] += trend.share;
      shares[trend.kind].push_back(trend.share);
    }
    for (auto& [kind, of_kind] : shares) {
      ASSERT_LT(sums[kind], 750u);
      std::ranges::sort(of_kind, std::greater());
      ASSERT_GE(of_kind[0] - of_kind[1], 80u);
    }
  }
}

TEST(Trends, ChristmasLeadsInDecemberAndOnlyThen) {
  const Trends trends(5);
  for (int64_t second = day(2022, 1, 1); second < day(2023, 3, 1); second += 7000) {
    int year = 0, month = 0, of_month = 0;
    record::civil_from_days(second / record::kDaySeconds, year, month, of_month);
    const auto best = leader(in_force(trends, second), TrendKind::category);
    ASSERT_EQ(kCensus[best.which].name == "christmas", month == 12) << month << ' ' << of_month;
  }
}

TEST(Trends, WhoLeadsChangesEveryTwoUnits) {
  const Trends trends(7);
  const int64_t begin = day(2022, 12, 1);
  int changes = 0;
  auto before = leader(in_force(trends, begin), TrendKind::poster).which;
  for (int minute = 1; minute <= 60; ++minute) {
    const auto now = leader(in_force(trends, begin + minute * 60), TrendKind::poster).which;
    changes += now != before;
    before = now;
  }
  EXPECT_EQ(changes, 30);
}

TEST(Trends, AreAFunctionOfTheSeed) {
  const int64_t second = day(2022, 12, 1);
  EXPECT_EQ(in_force(Trends(1), second), in_force(Trends(1), second));
  EXPECT_NE(in_force(Trends(1), second), in_force(Trends(2), second));
}

}  // namespace
}  // namespace pinpipe::posts
