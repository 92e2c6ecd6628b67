// The records of one line: a post has up to three, any other line one or none.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "ndjson/scan.h"
#include "record/dataset.h"

namespace pinpipe::record {

/// A record within a scanned line: the members [begin, end) of its ndjson::Members, and its text.
/// Valid as long as the line and the Members.
struct RecordView {
  bool present = false;
  uint32_t begin = 0;
  uint32_t end = 0;
  std::string_view text;  ///< the object, braces included
};

struct Records {
  bool is_post = false;
  std::array<RecordView, 3> of;  ///< by index_of(dataset)

  const RecordView& operator[](Dataset dataset) const { return of[index_of(dataset)]; }
  bool any() const { return of[0].present || of[1].present || of[2].present; }
};

/// Finds the records of the line that a scanner of record::names() cut into `members`.
///
/// A line is a post if a member `pin`, `geo` or `user` is an object; the last of equal keys counts.
/// Any other line is one bare record: a pin if it has `unique_id` or `index`; else a geo if it has
/// `latitude`, `longitude`, `coordinates` or `country`; else a user if it has `first_name`,
/// `last_name`, `user_name` or `date_joined`; null values do not count. So that cleaning is
/// idempotent, a line with exactly the clean keys of a dataset belongs to it even where all of
/// these are null.
Records find_records(const ndjson::Members& members);

/// Whether `member` has the key `name`, however it is escaped.
bool key_is(const ndjson::Member& member, std::string_view name);

/// The last member of `record` named `name`; nullptr without. Escaped spellings of the key count.
const ndjson::Member* find_member(const ndjson::Members& members, const RecordView& record,
                                  std::string_view name);

}  // namespace pinpipe::record
