#include "record/clean_record.h"

#include <algorithm>

#include "json/string.h"
#include "record/schema.h"
#include "record/values.h"

namespace pinpipe::record {
namespace {

using json::Kind;
using json::Member;

/// Whether a clean record can have a value of `kind` in `field`.
bool may_be(const Field& field, Kind kind) {
  if (kind == Kind::null) return true;
  switch (field.type) {
    case Type::integer:
    case Type::real:
      return kind == Kind::number;
    case Type::text:
    case Type::timestamp:
      return kind == Kind::string;
    case Type::coordinates:
      return kind == Kind::array;
  }
  return false;
}

/// By what a key is named, what is to be known of it in each dataset.
class Places {
 public:
  static constexpr uint8_t kElsewhere = 15;  ///< the last one; behind all fields of a schema

  Places() {
    for (const Dataset dataset : kDatasets) {
      auto& of = of_[index_of(dataset)];
      of.fill({kElsewhere, 0});
      const auto schema = clean_schema(dataset);
      for (uint8_t i = 0; i < schema.size(); ++i) {
        of[kFieldIds.find(schema[i].name)] = {i, unfit_kinds(schema[i])};
      }
    }
  }

  struct Place {
    uint8_t at;     ///< in the clean schema
    uint8_t unfit;  ///< kinds of values that a clean record cannot have there, as bits
  };
  const auto& operator[](Dataset dataset) const { return of_[index_of(dataset)]; }

 private:
  static uint8_t unfit_kinds(const Field& field) {
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

/// Whether an element of a checked array, with blanks before it, is a number: only those start so.
bool is_number_element(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  return first != text.npos && (text[first] == '-' || (text[first] >= '0' && text[first] <= '9'));
}

/// What the value of a clean field is, in words.
std::string_view clean_form(Type type) {
  switch (type) {
    case Type::integer:
      return "an integer within 64 bits";
    case Type::text:
      return "text";
    case Type::real:
      return "a number";
    case Type::timestamp:
      return "a timestamp";
    case Type::coordinates:
      return "[latitude, longitude]";
  }
  return "of a known type";
}

bool is_clean(const Field& field, const Member& value) {
  if (!may_be(field, value.kind)) return false;
  if (field.type == Type::integer) return to_int64(value.value).has_value();
  if (field.type == Type::coordinates) return is_coordinates(value.value);
  if (field.type != Type::timestamp) return true;
  std::string scratch;
  return to_timestamp(json::unescape(json::inside_quotes(value.value), scratch)).has_value();
}

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

std::string clean_it_first(Dataset dataset) {
  return "; clean it first (clean-" + std::string(name_of(dataset)) + ")";
}

Status check_raw(Dataset dataset, const FieldIndex& index, const json::Members& members,
                 const json::ObjectView& record) {
  for (const RawSign& sign : kRawSigns) {
    if (sign.dataset != dataset) continue;
    if (index[sign.clean].kind != Kind::null) continue;
    const Member* raw = json::find_member(members, record, sign.raw);
    if (raw == nullptr || raw->kind == Kind::null) continue;
    return Error{std::string(name_of(dataset)) + ": " + std::string(sign.raw) + " without " +
                 std::string(clean_schema(dataset)[sign.clean].name) + clean_it_first(dataset)};
  }
  return {};
}

}  // namespace

bool FieldIndex::find(Dataset dataset, const json::Members& members,
                      const json::ObjectView& record) {
  static_assert(Places::kElsewhere < kMaxFields);
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

bool is_coordinates(std::string_view array) {
  const std::string_view inside = array.substr(1, array.size() - 2);
  const size_t comma = inside.find(',');
  if (comma == inside.npos) return false;
  const std::string_view second = inside.substr(comma + 1);
  return is_number_element(inside) && is_number_element(second) && second.find(',') == second.npos;
}

Status fault_in(Dataset dataset, const FieldIndex& index, const json::Members& members,
                const json::ObjectView& record) {
  TRY(check_raw(dataset, index, members, record));
  if (index[kInd].kind == Kind::null) return no_key_of(dataset);
  const auto schema = clean_schema(dataset);
  for (size_t i = 0; i < schema.size(); ++i) {
    const Member& value = index[i];
    if (value.kind == Kind::null || is_clean(schema[i], value)) continue;
    auto error = unfit(dataset, schema[i], value.value);
    // A cleaner takes no larger ones, either.
    if (schema[i].type != Type::integer || !is_integer(value.value))
      error.what += clean_it_first(dataset);
    return error;
  }
  return {};
}

Status check_clean(Dataset dataset, const json::Members& members, const json::ObjectView& record) {
  FieldIndex index;
  index.find(dataset, members, record);
  return fault_in(dataset, index, members, record);
}

Error unfit(Dataset dataset, const Field& field, std::string_view value) {
  return {std::string(name_of(dataset)) + ": " + std::string(field.name) + " " + shown(value) +
          " is not " + std::string(clean_form(field.type))};
}

Error no_key_of(Dataset dataset) { return {std::string(name_of(dataset)) + ": " + no_key().what}; }

}  // namespace pinpipe::record
