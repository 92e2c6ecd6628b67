// All that questions need of all records: one row per distinct `ind`, in columns.
//
// The first record of a dataset with an `ind` counts; later ones are duplicates, and counted. Of a
// post is kept what its parts have, so what the Extractor was told that questions need, and no
// wider than it is: integer_column.h, text_ids.h and id_table.h say what that costs; query(1) says
// how much it is for the posts of the pipeline.
//
// Memory has a ceiling, which `add` refuses to pass before it does. Filled by one thread. Views
// that it gives live as long as it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string_view>

#include "query/id_table.h"
#include "query/integer_column.h"
#include "query/parts.h"
#include "query/text_ids.h"
#include "record/dataset.h"
#include "stream/error.h"

namespace pinpipe::query {

class PostTable {
 public:
  /// What a process needs beside its table: blocks of lines and what is made of them, code, and the
  /// growth of columns by one block. Counted against the ceiling.
  static constexpr uint64_t kMemoryBeside = 16 << 20;

  explicit PostTable(uint64_t max_memory = UINT64_MAX) : max_memory_(max_memory) {}

  /// Adds what `parts` has, in its order. Errors: what it takes at most would pass the ceiling, or
  /// there are too many distinct posts.
  Status add(const Parts& parts);

  /// Bytes that it takes, with those beside it.
  uint64_t memory() const;
  /// Errors: `bytes` more would pass the ceiling.
  Status check_room(uint64_t bytes) const;

  /// Posts are numbered from 0 in the order they came.
  uint64_t size() const { return post_ids_.count(); }
  int64_t ind(uint64_t post) const { return inds_[post]; }
  bool has_all(uint64_t post, unsigned what) const {
    return (static_cast<unsigned>(has_[post]) & what) == what;
  }

  // REQUIRES of all: the post has the value, or for texts, which may be kNull, the record.
  TextId category(uint64_t post) const { return static_cast<TextId>(category_[post]); }
  TextId poster_name(uint64_t post) const { return static_cast<TextId>(poster_name_[post]); }
  TextId country(uint64_t post) const { return static_cast<TextId>(country_[post]); }
  int64_t follower_count(uint64_t post) const { return follower_count_[post]; }
  int64_t age(uint64_t post) const { return age_[post]; }
  int post_year(uint64_t post) const { return static_cast<int>(post_year_[post]); }
  int join_year(uint64_t post) const { return static_cast<int>(join_year_[post]); }

  const TextIds& categories() const { return categories_; }
  const TextIds& poster_names() const { return poster_names_; }
  const TextIds& countries() const { return countries_; }
  /// How many distinct users joined in each year that has some.
  const std::map<int, int64_t>& users_joined() const { return users_joined_; }

  uint64_t distinct(record::Dataset dataset) const { return distinct_[index_of(dataset)]; }
  uint64_t duplicates(record::Dataset dataset) const { return duplicates_[index_of(dataset)]; }
  /// Posts that have all of `what`, bits of Has.
  uint64_t joined(unsigned what) const;

 private:
  uint64_t growth(const Parts& parts) const;
  void prefetch(const PostPart& part) const;
  void add(const PostPart& part, const Parts& parts);
  uint64_t post_of(const PostPart& part);
  void add_pin(uint64_t post, const PostPart& part);
  void add_geo(uint64_t post, const PostPart& part);
  void add_user(uint64_t post, const PostPart& part, const Parts& parts);

  static constexpr int64_t kLowestYear = 1900;  // so that a year is a byte

  uint64_t max_memory_;
  IdTable post_ids_;
  IntegerColumn inds_;
  IntegerColumn has_;
  IntegerColumn category_;
  IntegerColumn poster_name_;
  IntegerColumn country_;
  IntegerColumn follower_count_;
  IntegerColumn age_;
  IntegerColumn post_year_{kLowestYear};
  IntegerColumn join_year_{kLowestYear};
  TextIds categories_;
  TextIds poster_names_;
  TextIds countries_;
  TextIds users_;  // keys of lib/query/user_key.h
  std::map<int, int64_t> users_joined_;
  std::array<uint64_t, 3> distinct_{};
  std::array<uint64_t, 3> duplicates_{};
};

}  // namespace pinpipe::query
