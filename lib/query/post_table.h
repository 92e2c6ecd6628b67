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

#include "base/status.h"
#include "query/extracted_batch.h"
#include "query/id_table.h"
#include "query/integer_column.h"
#include "query/text_ids.h"
#include "record/schema.h"

namespace pinpipe::query {

class PostTable {
 public:
  /// `memory_beside` is what the process needs beside the table, counted against the ceiling too.
  explicit PostTable(uint64_t max_memory = UINT64_MAX, uint64_t memory_beside = 0)
      : max_memory_(max_memory), memory_beside_(memory_beside) {}

  /// Adds what `parts` has, in its order. Errors: what it takes at most would pass the ceiling, or
  /// there are too many distinct posts.
  Status add(const ExtractedBatch& parts);

  /// Bytes that it takes, with those beside it.
  uint64_t memory() const;
  /// Errors: `bytes` more would pass the ceiling.
  Status check_room(uint64_t bytes) const;

  /// Posts are numbered from 0 in the order they came.
  uint64_t size() const { return post_ids_.count(); }

  // What is known of posts, by their number. A value is that of the post where it has it, or for
  // texts, which may be kNull, the record.
  const IntegerColumn& inds() const { return inds_; }
  const IntegerColumn& has() const { return has_; }  ///< bits of Has
  const IntegerColumn& category() const { return category_; }
  const IntegerColumn& poster_name() const { return poster_name_; }
  const IntegerColumn& country() const { return country_; }
  const IntegerColumn& follower_count() const { return follower_count_; }
  const IntegerColumn& age() const { return age_; }
  const IntegerColumn& post_year() const { return post_year_; }
  const IntegerColumn& join_year() const { return join_year_; }

  /// No follower_count is outside.
  int64_t least_followers() const { return least_followers_; }
  int64_t most_followers() const { return most_followers_; }

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
  uint64_t growth(const ExtractedBatch& parts) const;
  std::array<const void*, 8> soon(const std::vector<ExtractedPost>& parts, size_t at) const;
  void add(const ExtractedPost& part, const ExtractedBatch& parts);
  uint64_t post_of(const ExtractedPost& part);
  void make_room();
  void add_pin(uint64_t post, const ExtractedPost& part);
  void add_geo(uint64_t post, const ExtractedPost& part);
  void add_user(uint64_t post, const ExtractedPost& part, const ExtractedBatch& parts);

  static constexpr int64_t kLowestYear = 1900;  // so that a year is a byte

  uint64_t max_memory_;
  uint64_t memory_beside_;
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
  TextIds users_;  // keys of append_user_key
  std::map<int, int64_t> users_joined_;
  int64_t least_followers_ = INT64_MAX;
  int64_t most_followers_ = INT64_MIN;
  std::array<uint64_t, 3> distinct_{};
  std::array<uint64_t, 3> duplicates_{};
};

}  // namespace pinpipe::query
