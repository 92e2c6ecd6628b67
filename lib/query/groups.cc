#include "query/groups.h"

namespace pinpipe::query {
namespace {

constexpr Group kMostYears = 10'000;  // timestamps have four digits of year

constexpr Group group_of_age(int64_t age) {
  for (Group group = 0; group < kAgeGroups.size(); ++group) {
    if (kAgeGroups[group].first <= age && age <= kAgeGroups[group].last) return group;
  }
  return kNoGroup;
}

/// Of the ages that people have, looked up: comparing took a tenth of a median's time.
constexpr auto kGroupsOfAges = [] {
  std::array<Group, 128> groups{};
  for (size_t age = 0; age < groups.size(); ++age) groups[age] = group_of_age(int64_t(age));
  return groups;
}();

void by_country(const PostTable& table, Run run, const YearRange&, RunGroups& groups) {
  RunValues countries;
  table.country().read(run.begin, run.count, countries.data());
  for (size_t i = 0; i < run.count; ++i) {
    groups[i] = countries[i] == kNull ? kNoGroup : static_cast<Group>(countries[i]);
  }
}

void by_year(const IntegerColumn& column, Run run, const YearRange& range, RunGroups& groups) {
  RunValues years;
  column.read(run.begin, run.count, years.data());
  for (size_t i = 0; i < run.count; ++i) {
    const bool is_in = range.first <= years[i] && years[i] <= range.last;
    groups[i] = is_in ? static_cast<Group>(years[i]) : kNoGroup;
  }
}

void by_post_year(const PostTable& table, Run run, const YearRange& years, RunGroups& groups) {
  by_year(table.post_year(), run, years, groups);
}

void by_join_year(const PostTable& table, Run run, const YearRange& years, RunGroups& groups) {
  by_year(table.join_year(), run, years, groups);
}

void by_age_group(const PostTable& table, Run run, const YearRange&, RunGroups& groups) {
  RunValues ages;
  table.age().read(run.begin, run.count, ages.data());
  for (size_t i = 0; i < run.count; ++i) {
    const auto age = static_cast<uint64_t>(ages[i]);
    groups[i] = age < kGroupsOfAges.size() ? kGroupsOfAges[age] : group_of_age(ages[i]);
  }
}

void by_age_group_and_join_year(const PostTable& table, Run run, const YearRange& years,
                                RunGroups& groups) {
  RunGroups join_years;
  by_age_group(table, run, years, groups);
  by_join_year(table, run, years, join_years);
  for (size_t i = 0; i < run.count; ++i) {
    const bool is_in = groups[i] != kNoGroup && join_years[i] != kNoGroup;
    groups[i] = is_in ? groups[i] * kMostYears + join_years[i] : kNoGroup;
  }
}

void label_country(const PostTable& table, Group group, Row& row) {
  row.push_back(table.countries().text(group));
}

void label_year(const PostTable&, Group group, Row& row) { row.push_back(int64_t{group}); }

void label_age_group(const PostTable&, Group group, Row& row) {
  row.push_back(kAgeGroups[group].name);
}

void label_age_group_and_year(const PostTable& table, Group group, Row& row) {
  label_age_group(table, group / kMostYears, row);
  label_year(table, group % kMostYears, row);
}

}  // namespace

const Grouping kByCountry{kHasPin | kHasGeo, by_country, label_country};
const Grouping kByPostYear{kHasPin | kHasGeo | kHasPostYear, by_post_year, label_year};
const Grouping kByAgeGroup{kHasPin | kHasUser | kHasAge, by_age_group, label_age_group};
const Grouping kByJoinYear{kHasPin | kHasUser | kHasJoinYear, by_join_year, label_year};
const Grouping kByAgeGroupAndJoinYear{kHasPin | kHasUser | kHasAge | kHasJoinYear,
                                      by_age_group_and_join_year, label_age_group_and_year};

}  // namespace pinpipe::query
