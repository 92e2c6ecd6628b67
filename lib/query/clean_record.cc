#include "query/clean_record.h"

#include <algorithm>

#include "json/string.h"
#include "record/schema.h"
#include "record/values.h"

namespace pinpipe::query {
namespace {

using json::Kind;
using json::Member;
using record::Dataset;

/// By what a key is named, what is to be known of it in each dataset.
class Places {
 public:
  static constexpr uint8_t kElsewhere = 15;  ///< the last one; behind all fields of a schema

  Places() {
    for (const Dataset dataset : record::kDatasets) {
      auto& of = of_[index_of(dataset)];
      of.fill({kElsewhere, 0});
      const auto schema = record::clean_schema(dataset);
      for (uint8_t i = 0; i < schema.size(); ++i) {
        of[record::kFieldIds.find(schema[i].name)] = {i, unfit_kinds(schema[i])};
      }
    }
  }

  struct Place {
    uint8_t at;     ///< in the clean schema
    uint8_t unfit;  ///< kinds of values that a clean record cannot have there, as bits
  };
  const auto& operator[](Dataset dataset) const { return of_[index_of(dataset)]; }

 private:
  static uint8_t unfit_kinds(const record::Field& field) {
    uint8_t kinds = 0;
    for (const Kind kind :
         {Kind::null, Kind::boolean, Kind::number, Kind::string, Kind::object, Kind::array}) {
      if (!may_be(field, kind)) kinds = static_cast<uint8_t>(kinds | 1u << unsigned(kind));
    }
    return kinds;
  }

  std::array<std::array<Place, json::kUnknownField + 1>, 3> of_;
};
const Places kPlaces;

const Member kMissing;

}  // namespace

bool FieldIndex::find(Dataset dataset, const json::Members& members,
                      const json::ObjectView& record) {
  static_assert(Places::kElsewhere < kMostFields);
  const auto& places = kPlaces[dataset];
  fields_.fill(&kMissing);
  unsigned unfit = 0;
  members.each(record.begin, record.end, [&](const Member& member, uint32_t) {
    const auto place = places[member.field];
    fields_[place.at] = &member;
    unfit |= place.unfit >> static_cast<unsigned>(member.kind);
  });
  return (unfit & 1) == 0;
}

// ---- clean values ----

namespace {

using json::Kind;

/// Whether an element of a checked array, with blanks before it, is a number: only those start so.
bool is_number_element(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  return first != text.npos && (text[first] == '-' || (text[first] >= '0' && text[first] <= '9'));
}

bool is_timestamp(const json::Member& value) {
  if (value.kind != Kind::string) return false;
  std::string scratch;
  const auto text = json::unescape(json::inside_quotes(value.value), scratch);
  return record::to_timestamp(text).has_value();
}

ValueFault integer_fault(const json::Member& value) {
  if (value.kind != Kind::number || !record::is_integer(value.value)) return {"is not an integer"};
  if (!record::to_int64(value.value)) return {"is beyond 64 bits", false};
  return {};
}

ValueFault fault_unless(bool well, std::string_view what) {
  return well ? ValueFault{} : ValueFault{what};
}

}  // namespace

bool may_be(const record::Field& field, Kind kind) {
  if (kind == Kind::null) return true;
  switch (field.type) {
    case record::Type::integer:
    case record::Type::real:
      return kind == Kind::number;
    case record::Type::text:
    case record::Type::timestamp:
      return kind == Kind::string;
    case record::Type::coordinates:
      return kind == Kind::array;
  }
  return false;
}

bool is_coordinates(std::string_view array) {
  const std::string_view inside = array.substr(1, array.size() - 2);
  const size_t comma = inside.find(',');
  if (comma == inside.npos) return false;
  const std::string_view second = inside.substr(comma + 1);
  return is_number_element(inside) && is_number_element(second) && second.find(',') == second.npos;
}

ValueFault fault_of(const record::Field& field, const json::Member& value) {
  if (value.kind == Kind::null) return {};
  switch (field.type) {
    case record::Type::integer:
      return integer_fault(value);
    case record::Type::text:
      return fault_unless(value.kind == Kind::string, "is not text");
    case record::Type::real:
      return fault_unless(value.kind == Kind::number, "is not a number");
    case record::Type::timestamp:
      return fault_unless(is_timestamp(value), "is not a timestamp");
    case record::Type::coordinates:
      return fault_unless(value.kind == Kind::array && is_coordinates(value.value),
                          "is not [latitude, longitude]");
  }
  return {"is of no known type"};
}

// ---- record fault ----

namespace {

using json::Kind;
using json::Member;
using record::Dataset;

/// What tells a record that no cleaner has seen: `raw` says something, and the clean field it
/// becomes does not.
struct RawSign {
  Dataset dataset;
  std::string_view raw;
  size_t clean;  ///< its place in the clean schema
};
constexpr RawSign kRawSigns[] = {
    {Dataset::pin, "index", place_of_field(Dataset::pin, "ind")},
    {Dataset::geo, "index", place_of_field(Dataset::geo, "ind")},
    {Dataset::geo, "latitude", place_of_field(Dataset::geo, "coordinates")},
    {Dataset::geo, "longitude", place_of_field(Dataset::geo, "coordinates")},
    {Dataset::user, "index", place_of_field(Dataset::user, "ind")},
    {Dataset::user, "first_name", place_of_field(Dataset::user, "user_name")},
    {Dataset::user, "last_name", place_of_field(Dataset::user, "user_name")}};

Error unusable(Dataset dataset, const std::string& what, bool cleaning_helps = true) {
  const std::string name(name_of(dataset));
  return {name + ": " + what + (cleaning_helps ? "; clean it first (clean-" + name + ")" : "")};
}

Status check_raw(Dataset dataset, const FieldIndex& index, const json::Members& members,
                 const json::ObjectView& record) {
  for (const RawSign& sign : kRawSigns) {
    if (sign.dataset != dataset) continue;
    if (index[sign.clean].kind != Kind::null) continue;
    const Member* raw = json::find_member(members, record, sign.raw);
    if (raw == nullptr || raw->kind == Kind::null) continue;
    return unusable(dataset, std::string(sign.raw) + " without " +
                                 std::string(record::clean_schema(dataset)[sign.clean].name));
  }
  return {};
}

}  // namespace

Status fault_in(Dataset dataset, const FieldIndex& index, const json::Members& members,
                const json::ObjectView& record) {
  TRY(check_raw(dataset, index, members, record));
  if (index[kInd].kind == Kind::null) return unusable(dataset, record::no_key().what, false);
  const auto schema = record::clean_schema(dataset);
  for (size_t i = 0; i < schema.size(); ++i) {
    const auto fault = fault_of(schema[i], index[i]);
    if (fault.what.empty()) continue;
    const std::string field(schema[i].name);
    return unusable(dataset,
                    field + " " + record::shown(index[i].value) + " " + std::string(fault.what),
                    fault.cleaning_helps);
  }
  return {};
}

}  // namespace pinpipe::query
