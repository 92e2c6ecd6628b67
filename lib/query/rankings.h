// The figures that questions ask for, each a pure function of the posts. Rows come in the order
// they are answered in: by the group columns, then by name, null before all names.
//
// Errors of all: the rows do not fit below the table's ceiling of memory.
#pragma once

#include <vector>

#include "base/status.h"
#include "query/answer.h"
#include "query/groups.h"
#include "query/post_table.h"

namespace pinpipe::query {

/// Of each group the categories with the most posts, all that tie, with their number.
Result<std::vector<Row>> top_categories(const PostTable& table, const Grouping& by,
                                        const YearRange& years);

/// Of each group that has values the median follower_count: percentile_disc(0.5), the least value
/// that at least half of the values do not exceed.
Result<std::vector<Row>> median_followers(const PostTable& table, const Grouping& by,
                                          const YearRange& years);

/// Of each country the posters with the greatest follower_count, all that tie.
Result<std::vector<Row>> top_posters_by_country(const PostTable& table);

/// The country, or the countries that tie, with the greatest follower_count of all.
Result<std::vector<Row>> top_countries_by_followers(const PostTable& table);

/// How many distinct users joined in each year, whether or not their posts have a pin.
Result<std::vector<Row>> users_joined_by_year(const PostTable& table, const YearRange& years);

}  // namespace pinpipe::query
