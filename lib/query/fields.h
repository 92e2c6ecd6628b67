// What can be asked about: the fields of clean records, and keys that are made of them.
//
// A clean field is one of the schema table (record/schema.h); to add a key that is made of one, add
// its row to fields.cc.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "record/schema.h"

namespace pinpipe::query {

/// Datasets as bits: which records of a post there are, or are needed.
using Datasets = uint8_t;
inline constexpr Datasets kAllDatasets = 7;
inline constexpr Datasets bit_of(record::Dataset dataset) {
  return static_cast<Datasets>(1u << index_of(dataset));
}

/// Whether records of more than one are needed.
inline constexpr bool joins(Datasets datasets) { return (datasets & (datasets - 1)) != 0; }

/// How a key is made of the value of a clean field.
enum class Reading : uint8_t { as_it_is, year, month, day, hour, age_group, tags, ind };

struct Field {
  std::string_view name;
  record::Dataset dataset;
  size_t place;  ///< in the clean schema of `dataset`
  Reading reading;
  record::Type type;  ///< of what is read: integer, text, timestamp or coordinates

  /// Whether values are integers; else texts: a timestamp in the form it is written in, so that
  /// texts are in the order of time, coordinates as written.
  bool is_integer() const { return type == record::Type::integer; }
  /// A timestamp has a value a second, coordinates are no text: no groups are made of them.
  bool can_be_key() const { return is_integer() || type == record::Type::text; }
  /// Which records a post must have for it. `ind` is of all of them, so of none in particular.
  Datasets needs() const { return reading == Reading::ind ? 0 : bit_of(dataset); }
};

/// All, the clean ones first.
std::span<const Field> fields();

/// Errors: there is none of that name; the hint names the nearest.
Result<const Field*> find_field(std::string_view name);

/// Those of `which`, with commas between, for a hint.
std::string field_names(bool (*which)(const Field&));

/// Both ends belong to it; ages in none are in no group.
struct AgeGroup {
  int64_t first;
  int64_t last;
  std::string_view name;
};
inline constexpr std::array<AgeGroup, 4> kAgeGroups{
    {{18, 24, "18-24"}, {25, 35, "25-35"}, {36, 50, "36-50"}, {51, INT64_MAX, "50+"}}};

/// "" for an age in none.
std::string_view age_group_of(int64_t age);

}  // namespace pinpipe::query
