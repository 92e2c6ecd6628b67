// The groups that questions are asked by: of a country, a year, an age group.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
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

struct Grouping {
  unsigned needs;  ///< bits of Has: what a post must have to be in any group
  /// The group of a post that has what is needed; nothing where it is in none.
  std::optional<Group> (*group_of)(const PostTable& table, uint64_t post, const YearRange& years);
  /// Appends the values of the group columns.
  void (*label)(const PostTable& table, Group group, Row& row);
};

extern const Grouping kByCountry;
extern const Grouping kByPostYear;
extern const Grouping kByAgeGroup;
extern const Grouping kByJoinYear;
extern const Grouping kByAgeGroupAndJoinYear;

}  // namespace pinpipe::query
