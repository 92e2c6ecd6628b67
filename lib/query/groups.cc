#include "query/groups.h"

namespace pinpipe::query {
namespace {

constexpr Group kMostYears = 10'000;  // timestamps have four digits of year

std::optional<Group> country_of(const PostTable&, const Post& post, const YearRange&) {
  if (post.country == kNull) return std::nullopt;
  return post.country;
}

std::optional<Group> year_within(int year, const YearRange& years) {
  if (!years.has(year)) return std::nullopt;
  return static_cast<Group>(year);
}

std::optional<Group> post_year_of(const PostTable&, const Post& post, const YearRange& years) {
  return year_within(post.year, years);
}

std::optional<Group> join_year_of(const PostTable& table, const Post& post,
                                  const YearRange& years) {
  const User& user = table.user_of(post);
  if (!user.has_joined) return std::nullopt;
  return year_within(user.year_joined, years);
}

std::optional<Group> age_group_of(const PostTable& table, const Post& post, const YearRange&) {
  const User& user = table.user_of(post);
  if (!user.has_age) return std::nullopt;
  for (Group group = 0; group < kAgeGroups.size(); ++group) {
    if (kAgeGroups[group].first <= user.age && user.age <= kAgeGroups[group].last) return group;
  }
  return std::nullopt;
}

std::optional<Group> age_group_and_join_year_of(const PostTable& table, const Post& post,
                                                const YearRange& years) {
  const auto age_group = age_group_of(table, post, years);
  const auto year = join_year_of(table, post, years);
  if (!age_group || !year) return std::nullopt;
  return *age_group * kMostYears + *year;
}

void label_country(const PostTable& table, Group group, Row& row) {
  row.push_back(table.text(group));
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

const Grouping kByCountry{Post::kPin | Post::kGeo, country_of, label_country};
const Grouping kByPostYear{Post::kPin | Post::kGeo | Post::kYear, post_year_of, label_year};
const Grouping kByAgeGroup{Post::kPin | Post::kUser, age_group_of, label_age_group};
const Grouping kByJoinYear{Post::kPin | Post::kUser, join_year_of, label_year};
const Grouping kByAgeGroupAndJoinYear{Post::kPin | Post::kUser, age_group_and_join_year_of,
                                      label_age_group_and_year};

}  // namespace pinpipe::query
