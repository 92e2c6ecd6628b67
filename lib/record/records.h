// The records of one line: a post has up to three, any other line one or none.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/buffer.h"
#include "json/object.h"
#include "json/scanner.h"
#include "record/schema.h"

namespace pinpipe::record {

/// What a line is.
enum class Form : uint8_t {
  other,   ///< some other object; unrecognised() says what keeps it from being one of these
  bare,    ///< one record
  post,    ///< records of several datasets, or one in a post of its own
  joined,  ///< a post written flat: one object with the keys of several datasets
};

struct Records {
  Form form = Form::other;
  /// By index_of(dataset). In a post, those that are objects; they may still lack a key. In a
  /// joined row, for each dataset that it has a part of, the whole row.
  std::array<json::ObjectView, 3> of;
  std::array<bool, 3> keyed{};  ///< by index_of(dataset): present, and with a key of its own

  const json::ObjectView& operator[](Dataset dataset) const { return of[index_of(dataset)]; }
  bool is_keyed(Dataset dataset) const { return keyed[index_of(dataset)]; }
  bool is_post() const { return form == Form::post; }
};

/// Finds the records of the line that a scanner of record::kFieldIds cut into `members`. Null is
/// absent, and the last of equal keys counts.
///
/// A line is a post if a member `pin`, `geo` or `user` is an object with a key, `ind` or `index`,
/// of its own; a single such member makes none where the line itself has a key and another key of a
/// dataset than `timestamp`: that is a record in which somebody's `user` stands. What would be a
/// post but for the keys of its members is neither a post nor a record.
/// Any other line belongs to the dataset whose marks (schema.h) it has; with strong marks of
/// several it is a joined row. Weak marks decide only where there are no strong ones; those of
/// several datasets make a pin if the key is `index`. Without marks, a line with exactly the raw or
/// the clean keys of a dataset, under either key, belongs to it even where all is null; else
/// `index` makes a pin if it stands among keys of a pin.
Records find_records(const json::Members& members);

/// Makes the joined row of `members` the post that it is: each part with the keys of its dataset,
/// all other keys beside the parts. The key of a raw pin is `index`, that of all else `ind`. From
/// then on `members` and `records` are those of the text in `post`. Errors: those of the scanner.
/// REQUIRES: the form of `records` is Form::joined; `post` is empty, and outlives `members`.
Status take_apart(json::Scanner& scanner, json::Members& members, Records& records, Buffer& post);

/// Why the line of `members` is neither a post nor a record. REQUIRES: its form is Form::other
Error unrecognised(const json::Members& members);

/// Why what is like a record is none: it has no key.
Error no_key();

/// Why the member of a post named after `dataset` is no record, and would vanish if the post were
/// taken apart: it is neither an object nor null, or has no key. REQUIRES: `records` are those of
/// the post `members`.
Status misfit(Dataset dataset, const json::Members& members, const Records& records);

/// `value` for a message: as written, cut to some sixty bytes between two characters.
std::string shown(std::string_view value);

/// Where the dataset that a member of a post is named after stands in kDatasets; behind them for
/// another name.
inline size_t dataset_index_of(const json::Member& member) {
  static constexpr auto kPlaces = [] {
    std::array<uint8_t, json::kUnknownField + 1> of{};
    of.fill(kDatasets.size());
    for (const Dataset dataset : kDatasets) of[id_of(dataset)] = static_cast<uint8_t>(dataset);
    return of;
  }();
  return kPlaces[member.field];
}

}  // namespace pinpipe::record
