// The users of the built-in table: who they are, and where.
//
// In the course tables the users with most posts have the earliest names and countries, are 20,
// joined in 2015 and live next to the south pole. It looks as if a user were the column by column
// minimum of as many draws as posts, up to some three dozen; so that is how users are made here. It
// gives the ages, years, latitudes and longitudes of the tables within a few per cent of each
// count.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "posts/builtin/bounded_text.h"
#include "posts/builtin/groups.h"
#include "posts/builtin/shuffle.h"
#include "posts/builtin/vocabulary.h"
#include "posts/source.h"

namespace pinpipe::posts {

/// Degrees as a FLOAT column prints them: at most 6 significant digits, 1 to 7 decimals, no
/// exponent.
using Degrees = BoundedText<16>;

struct User {
  std::string_view first_name;
  std::string_view last_name;
  uint32_t age = 0;
  int64_t joined = 0;  ///< seconds since 1970, UTC
  std::string_view country;
  Degrees latitude;
  Degrees longitude;
};

class BuiltinUsers {
 public:
  explicit BuiltinUsers(uint64_t table_seed);

  /// The user of `row`, into `user`.
  void get(Row row, User& user) const;

 private:
  std::string_view country_at(uint32_t quantile) const;

  const Vocabulary& words_;
  Groups groups_;
  Shuffle shuffle_;
  uint64_t key_;
  std::vector<uint32_t> country_ends_;  // quantiles, in 2^32, where the next country begins
};

/// `ten_millionths` of a degree, rounded to what a FLOAT column would print. Never a whole number,
/// and never so near to 0 that it would have an exponent.
void write_degrees(int64_t ten_millionths, Degrees& to);

}  // namespace pinpipe::posts
