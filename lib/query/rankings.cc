#include "query/rankings.h"

#include <algorithm>
#include <array>
#include <memory>
#include <unordered_map>

#include "base/hash.h"
#include "query/arg_max.h"
#include "query/median.h"

namespace pinpipe::query {
namespace {

Value text_or_null(const TextIds& texts, TextId id) {
  return id == kNull ? Value() : Value(texts.text(id));
}

std::vector<Row> sorted(std::vector<Row> rows) {
  std::sort(rows.begin(), rows.end());
  return rows;
}

/// The same groups, of posts that have a follower_count.
Grouping with_followers(const Grouping& by) {
  return {by.needs | kHasFollowerCount, by.groups_of, by.label};
}

/// How many posts are in a group and have a category, for each such pair.
class PairCounts {
 public:
  void add(Group group, TextId category) {
    const uint64_t pair = uint64_t{group} << 32 | category;
    const uint32_t id = ids_.find_or_add(
        hash_of(pair), [&](uint32_t known) { return pairs_[known - 1] == pair; },
        [&](uint32_t known) { return hash_of(pairs_[known - 1]); });
    if (id > pairs_.size()) {
      pairs_.push_back(pair);
      counts_.push_back(0);
    }
    ++counts_[id - 1];
  }

  template <class Visit>
  void each(Visit visit) const {
    for (size_t i = 0; i < pairs_.size(); ++i) {
      visit(static_cast<Group>(pairs_[i] >> 32), static_cast<TextId>(pairs_[i]), counts_[i]);
    }
  }

 private:
  IdTable ids_;
  std::vector<uint64_t> pairs_;
  std::vector<int64_t> counts_;
};

/// Who has the greatest value in each group, as rows: label, name, value. `arg_maxes` gives
/// (group, ArgMax) pairs.
template <class Grouped, class Label, class Name>
Result<std::vector<Row>> rows_of(const PostTable& table, Grouped& arg_maxes, Label label,
                                 Name name) {
  constexpr uint64_t kBytesOfRow = 256;  // its values, and later its text
  uint64_t count = 0;
  for (auto& [group, arg_max] : arg_maxes) count += arg_max.who().size();
  TRY(table.check_room(count * kBytesOfRow));
  std::vector<Row> rows;
  rows.reserve(count);
  for (auto& [group, arg_max] : arg_maxes) {
    for (const TextId who : arg_max.who()) {
      Row& row = rows.emplace_back();
      label(group, row);
      row.push_back(name(who));
      row.push_back(arg_max.max());
    }
  }
  return sorted(std::move(rows));
}

}  // namespace

Result<std::vector<Row>> top_categories(const PostTable& table, const Grouping& by,
                                        const YearRange& years) {
  PairCounts counts;
  each_in_group(table, by, years, [&](uint64_t post, Group group) {
    const auto category = static_cast<TextId>(table.category()[post]);
    if (category != kNull) counts.add(group, category);
  });
  std::unordered_map<Group, ArgMax> arg_maxes;
  counts.each([&](Group group, TextId category, int64_t count) {
    arg_maxes[group].offer(count, category);
  });
  return rows_of(
      table, arg_maxes, [&](Group group, Row& row) { by.label(table, group, row); },
      [&](TextId category) { return Value(table.categories().text(category)); });
}

Result<std::vector<Row>> median_followers(const PostTable& table, const Grouping& by,
                                          const YearRange& years) {
  const Grouping grouping = with_followers(by);
  std::vector<std::unique_ptr<Median>> medians;  // by group
  const auto median_of = [&](Group group) -> Median& {
    if (group >= medians.size()) medians.resize(group + 1);
    auto& median = medians[group];
    if (!median) median = std::make_unique<Median>(table.least_followers(), table.most_followers());
    return *median;
  };
  const auto next_round = [&] {
    bool more = false;
    for (auto& median : medians) more |= median && median->next_round();
    return more;
  };
  do {
    each_in_group(table, grouping, years, [&](uint64_t post, Group group) {
      median_of(group).offer(table.follower_count()[post]);
    });
  } while (next_round());
  std::vector<Row> rows;
  for (Group group = 0; group < medians.size(); ++group) {
    if (!medians[group]) continue;
    Row& row = rows.emplace_back();
    by.label(table, group, row);
    row.push_back(medians[group]->value());
  }
  return sorted(std::move(rows));
}

Result<std::vector<Row>> top_posters_by_country(const PostTable& table) {
  std::vector<std::pair<Group, ArgMax>> arg_maxes(table.countries().count() + 1);
  for (Group country = 0; country < arg_maxes.size(); ++country) arg_maxes[country].first = country;
  each_in_group(table, with_followers(kByCountry), {}, [&](uint64_t post, Group country) {
    arg_maxes[country].second.offer(table.follower_count()[post],
                                    static_cast<TextId>(table.poster_name()[post]));
  });
  return rows_of(
      table, arg_maxes, [&](Group country, Row& row) { kByCountry.label(table, country, row); },
      [&](TextId poster) { return text_or_null(table.poster_names(), poster); });
}

Result<std::vector<Row>> top_countries_by_followers(const PostTable& table) {
  std::array<std::pair<Group, ArgMax>, 1> arg_maxes;  // of all
  each_in_group(table, with_followers(kByCountry), {}, [&](uint64_t post, Group country) {
    arg_maxes[0].second.offer(table.follower_count()[post], country);
  });
  return rows_of(
      table, arg_maxes, [](Group, Row&) {},
      [&](TextId country) { return Value(table.countries().text(country)); });
}

Result<std::vector<Row>> users_joined_by_year(const PostTable& table, const YearRange& years) {
  std::vector<Row> rows;
  for (const auto& [year, count] : table.users_joined()) {
    if (years.has(year)) rows.push_back({int64_t{year}, count});
  }
  return rows;
}

}  // namespace pinpipe::query
