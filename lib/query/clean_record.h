// The fields of a clean record among the members of a line.
#pragma once

#include <array>
#include <string_view>

#include "json/scanner.h"
#include "record/records.h"
#include "record/schema.h"

namespace pinpipe::query {

/// Where `field` is in the clean schema of `dataset`. One that is not there stops the build.
consteval size_t place_of_field(record::Dataset dataset, std::string_view field) {
  const auto schema = record::clean_schema(dataset);
  for (size_t i = 0; i < schema.size(); ++i) {
    if (schema[i].name == field) return i;
  }
  throw "no such field";
}

/// The key of all records.
inline constexpr size_t kInd = place_of_field(record::Dataset::pin, "ind");
static_assert(place_of_field(record::Dataset::geo, "ind") == kInd &&
              place_of_field(record::Dataset::user, "ind") == kInd);

/// Valid as long as the members.
class FieldIndex {
 public:
  /// Finds the fields of `record`; the last of equal keys counts. False where it may not be clean,
  /// and needs a closer look: one of them, or an earlier one of equal keys, is of a kind that
  /// cannot be.
  bool find(record::Dataset dataset, const json::Members& members, const json::ObjectView& record);

  /// The field at a place_of_field the dataset; one that is missing is null.
  const json::Member& operator[](size_t place) const { return *fields_[place]; }

 private:
  static constexpr size_t kMostFields = 16;
  // In the order of the clean schema; behind it, any member that is none of these.
  std::array<const json::Member*, kMostFields> fields_{};
};

// ---- clean values ----
//
// Whether the value of a clean field has the form that cleaning gives it.

struct ValueFault {
  std::string_view what;  ///< "is not an integer"; empty: all is well
  bool cleaning_helps = true;
};

/// Whether a clean record can have a value of `kind` in `field`.
bool may_be(const record::Field& field, json::Kind kind);

/// Whether `array`, a checked JSON array, is [latitude, longitude]: two numbers.
bool is_coordinates(std::string_view array);

/// Why `value` cannot be the value of `field` in a clean record. Null always can.
ValueFault fault_of(const record::Field& field, const json::Member& value);

// ---- record fault ----
//
// Why a line that looks wrong is rejected, in words: what only the few bad lines come to.

/// Why a record, whose fields are in `index`, is not clean; nothing where it is.
Status fault_in(record::Dataset dataset, const FieldIndex& index, const json::Members& members,
                const json::ObjectView& record);

}  // namespace pinpipe::query
