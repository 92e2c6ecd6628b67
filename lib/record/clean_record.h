// What a clean record is: where its fields are among the members of a line, and what is wrong with
// one, in the words of all tools.
#pragma once

#include <array>
#include <string_view>

#include "json/scanner.h"
#include "record/records.h"
#include "record/schema.h"

namespace pinpipe::record {

/// Where `field` is in the clean schema of `dataset`. One that is not there stops the build.
consteval size_t place_of_field(Dataset dataset, std::string_view field) {
  const auto schema = clean_schema(dataset);
  for (size_t i = 0; i < schema.size(); ++i) {
    if (schema[i].name == field) return i;
  }
  throw "no such field";
}

/// The key of all records.
inline constexpr size_t kInd = place_of_field(Dataset::pin, "ind");
static_assert(place_of_field(Dataset::geo, "ind") == kInd &&
              place_of_field(Dataset::user, "ind") == kInd);

/// Valid as long as the members.
class FieldIndex {
 public:
  /// Finds the fields of `record`; the last of equal keys counts. False where it may not be clean,
  /// and needs a closer look: one of them, or an earlier one of equal keys, is of a kind that
  /// cannot be.
  bool find(Dataset dataset, const json::Members& members, const json::ObjectView& record);

  /// The field at a place_of_field the dataset; one that is missing is null.
  const json::Member& operator[](size_t place) const { return *fields_[place]; }

 private:
  // In the order of the clean schema; behind it, any member that is none of these.
  std::array<const json::Member*, kMaxFields> fields_{};
};

/// Whether `array`, a checked JSON array, is [latitude, longitude]: two numbers.
bool is_coordinates(std::string_view array);

/// Why a record, whose fields are in `index`, is not clean; nothing where it is.
Status fault_in(Dataset dataset, const FieldIndex& index, const json::Members& members,
                const json::ObjectView& record);

/// The same of a record that was not looked into before.
Status check_clean(Dataset dataset, const json::Members& members, const json::ObjectView& record);

/// "geo: ind "x" is not an integer within 64 bits": why `value` is none of the clean field.
Error unfit(Dataset dataset, const Field& field, std::string_view value);

/// "geo: no ind or index, which says what record this is".
Error no_key_of(Dataset dataset);

}  // namespace pinpipe::record
