#include "query/rankings.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

namespace pinpipe::query {
namespace {

/// Calls `visit(post, group)` for each post that is in a group.
template <class Visit>
void each_in_group(const PostTable& table, const Grouping& by, const YearRange& years,
                   Visit visit) {
  table.posts().each([&](const Post& post) {
    if (!post.has_all(by.needs)) return;
    if (const auto group = by.group_of(table, post, years)) visit(post, *group);
  });
}

Value text_or_null(const PostTable& table, TextId id) {
  return id == kNull ? Value() : Value(table.text(id));
}

std::vector<Row> sorted(std::vector<Row> rows) {
  std::sort(rows.begin(), rows.end());
  return rows;
}

/// A greatest value and all who have it.
struct Leaders {
  int64_t most = 0;
  std::set<TextId> who;

  void offer(int64_t value, TextId name) {
    if (who.empty() || value > most) {
      most = value;
      who.clear();
    }
    if (value == most) who.insert(name);
  }
};

/// Reorders `values`. REQUIRES: not empty
int64_t median(std::vector<int64_t>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() + 1) / 2 - 1);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

std::vector<Row> top_categories(const PostTable& table, const Grouping& by,
                                const YearRange& years) {
  std::unordered_map<uint64_t, int64_t> counts;
  each_in_group(table, by, years, [&](const Post& post, Group group) {
    if (post.category != kNull) ++counts[uint64_t{group} << 32 | post.category];
  });
  std::unordered_map<Group, Leaders> leaders;
  for (const auto& [key, count] : counts) {
    leaders[static_cast<Group>(key >> 32)].offer(count, static_cast<TextId>(key));
  }
  std::vector<Row> rows;
  for (const auto& [group, leading] : leaders) {
    for (const TextId category : leading.who) {
      Row& row = rows.emplace_back();
      by.label(table, group, row);
      row.push_back(table.text(category));
      row.push_back(leading.most);
    }
  }
  return sorted(std::move(rows));
}

std::vector<Row> median_followers(const PostTable& table, const Grouping& by,
                                  const YearRange& years) {
  std::unordered_map<Group, std::vector<int64_t>> followers;
  each_in_group(table, by, years, [&](const Post& post, Group group) {
    if (post.has_all(Post::kFollowerCount)) followers[group].push_back(post.follower_count);
  });
  std::vector<Row> rows;
  for (auto& [group, values] : followers) {
    Row& row = rows.emplace_back();
    by.label(table, group, row);
    row.push_back(median(values));
  }
  return sorted(std::move(rows));
}

std::vector<Row> top_posters_by_country(const PostTable& table) {
  std::unordered_map<Group, Leaders> leaders;
  each_in_group(table, kByCountry, {}, [&](const Post& post, Group country) {
    if (!post.has_all(Post::kFollowerCount)) return;
    leaders[country].offer(post.follower_count, post.poster_name);
  });
  std::vector<Row> rows;
  for (const auto& [country, leading] : leaders) {
    for (const TextId poster : leading.who) {
      rows.push_back({table.text(country), text_or_null(table, poster), leading.most});
    }
  }
  return sorted(std::move(rows));
}

std::vector<Row> top_countries_by_followers(const PostTable& table) {
  Leaders leaders;
  each_in_group(table, kByCountry, {}, [&](const Post& post, Group country) {
    if (post.has_all(Post::kFollowerCount)) leaders.offer(post.follower_count, country);
  });
  std::vector<Row> rows;
  for (const TextId country : leaders.who) rows.push_back({table.text(country), leaders.most});
  return sorted(std::move(rows));
}

std::vector<Row> users_joined_by_year(const PostTable& table, const YearRange& years) {
  std::map<int64_t, int64_t> counts;
  table.users().each([&](const User& user) {
    if (user.has_joined && years.has(user.year_joined)) ++counts[user.year_joined];
  });
  std::vector<Row> rows;
  for (const auto& [year, count] : counts) rows.push_back({year, count});
  return rows;
}

}  // namespace pinpipe::query
