// The groups that questions are asked by: of a country, a year, an age group.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "query/answer.h"
#include "query/post_table.h"

namespace pinpipe::query {

/// Both ends belong to it.
struct YearRange {
  int first;
  int last;

  bool has(int year) const { return first <= year && year <= last; }
};

/// Both ends belong to it; ages in none are in no group.
struct AgeGroup {
  int64_t first;
  int64_t last;
  std::string_view name;
};
inline constexpr std::array<AgeGroup, 4> kAgeGroups{
    {{18, 24, "18-24"}, {25, 35, "25-35"}, {36, 50, "36-50"}, {51, INT64_MAX, "50+"}}};

/// A group's number within its grouping.
using Group = uint32_t;
inline constexpr Group kNoGroup = UINT32_MAX;

/// Consecutive posts, as many as are looked at together: IntegerColumn::read has what it requires.
struct Run {
  uint64_t begin;
  size_t count;
};
/// A value of each post of a Run.
using RunValues = std::array<int64_t, IntegerColumn::kRun>;
using RunGroups = std::array<Group, IntegerColumn::kRun>;

struct Grouping {
  unsigned needs;  ///< bits of Has: what a post must have to be in any group
  /// The groups of posts that have what is needed; kNoGroup where one is in none. What it says of
  /// other posts means nothing.
  void (*groups_of)(const PostTable& table, Run run, const YearRange& years, RunGroups& groups);
  /// Appends the values of the group columns.
  void (*label)(const PostTable& table, Group group, Row& row);
};

/// Calls `visit(post, group)` for each post that is in a group.
template <class Visit>
void each_in_group(const PostTable& table, const Grouping& by, const YearRange& years,
                   Visit visit) {
  RunValues has;
  RunGroups groups;
  for (Run run{0, 0}; run.begin < table.size(); run.begin += run.count) {
    run.count = std::min(table.size() - run.begin, IntegerColumn::kRun);
    table.has().read(run.begin, run.count, has.data());
    by.groups_of(table, run, years, groups);
    for (size_t i = 0; i < run.count; ++i) {
      if (has_all(has[i], by.needs) && groups[i] != kNoGroup) visit(run.begin + i, groups[i]);
    }
  }
}

extern const Grouping kByCountry;
extern const Grouping kByPostYear;
extern const Grouping kByAgeGroup;
extern const Grouping kByJoinYear;
extern const Grouping kByAgeGroupAndJoinYear;

}  // namespace pinpipe::query
