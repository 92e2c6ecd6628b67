#include "query/groups.h"

namespace pinpipe::query {
namespace {

constexpr Group kMostYears = 10'000;  // timestamps have four digits of year

std::optional<Group> country_of(const PostTable& table, uint64_t post, const YearRange&) {
  const TextId country = table.country(post);
  if (country == kNull) return std::nullopt;
  return country;
}

std::optional<Group> year_within(int year, const YearRange& years) {
  if (!years.has(year)) return std::nullopt;
  return static_cast<Group>(year);
}

std::optional<Group> post_year_of(const PostTable& table, uint64_t post, const YearRange& years) {
  return year_within(table.post_year(post), years);
}

std::optional<Group> join_year_of(const PostTable& table, uint64_t post, const YearRange& years) {
  return year_within(table.join_year(post), years);
}

std::optional<Group> age_group_of(const PostTable& table, uint64_t post, const YearRange&) {
  const int64_t age = table.age(post);
  for (Group group = 0; group < kAgeGroups.size(); ++group) {
    if (kAgeGroups[group].first <= age && age <= kAgeGroups[group].last) return group;
  }
  return std::nullopt;
}

std::optional<Group> age_group_and_join_year_of(const PostTable& table, uint64_t post,
                                                const YearRange& years) {
  const auto age_group = age_group_of(table, post, years);
  const auto year = join_year_of(table, post, years);
  if (!age_group || !year) return std::nullopt;
  return *age_group * kMostYears + *year;
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

const Grouping kByCountry{kHasPin | kHasGeo, country_of, label_country};
const Grouping kByPostYear{kHasPin | kHasGeo | kHasPostYear, post_year_of, label_year};
const Grouping kByAgeGroup{kHasPin | kHasUser | kHasAge, age_group_of, label_age_group};
const Grouping kByJoinYear{kHasPin | kHasUser | kHasJoinYear, join_year_of, label_year};
const Grouping kByAgeGroupAndJoinYear{kHasPin | kHasUser | kHasAge | kHasJoinYear,
                                      age_group_and_join_year_of, label_age_group_and_year};

}  // namespace pinpipe::query
