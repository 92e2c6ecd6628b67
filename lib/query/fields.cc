#include "query/fields.h"

#include <algorithm>

#include "base/suggest.h"

namespace pinpipe::query {
namespace {

using record::Dataset;
using record::Type;

/// A key that is made of a clean field.
struct MadeKey {
  std::string_view name;
  Dataset dataset;
  std::string_view from;
  Reading reading;
  Type type;
};
constexpr MadeKey kMadeKeys[] = {
    {"age_group", Dataset::user, "age", Reading::age_group, Type::text},
    {"post_year", Dataset::geo, "timestamp", Reading::year, Type::integer},
    {"post_month", Dataset::geo, "timestamp", Reading::month, Type::integer},
    {"post_day", Dataset::geo, "timestamp", Reading::day, Type::integer},
    {"post_hour", Dataset::geo, "timestamp", Reading::hour, Type::integer},
    {"join_year", Dataset::user, "date_joined", Reading::year, Type::integer},
    {"join_month", Dataset::user, "date_joined", Reading::month, Type::integer},
    {"tag", Dataset::pin, "tag_list", Reading::tags, Type::text}};

size_t place_of(Dataset dataset, std::string_view name) {
  const auto schema = record::clean_schema(dataset);
  const auto found = std::ranges::find(schema, name, &record::Field::name);
  return static_cast<size_t>(found - schema.begin());
}

std::vector<Field> all_fields() {
  std::vector<Field> all{{"ind", Dataset::pin, 0, Reading::ind, Type::integer}};
  for (const Dataset dataset : record::kDatasets) {
    const auto schema = record::clean_schema(dataset);
    for (size_t i = 0; i < schema.size(); ++i) {
      if (schema[i].name == "ind") continue;
      all.push_back({schema[i].name, dataset, i, Reading::as_it_is, schema[i].type});
    }
  }
  for (const auto& made : kMadeKeys) {
    all.push_back(
        {made.name, made.dataset, place_of(made.dataset, made.from), made.reading, made.type});
  }
  return all;
}

}  // namespace

std::span<const Field> fields() {
  static const std::vector<Field> kFields = all_fields();
  return kFields;
}

Result<const Field*> find_field(std::string_view name) {
  std::vector<std::string> names;
  for (const Field& field : fields()) {
    if (field.name == name) return &field;
    names.emplace_back(field.name);
  }
  const std::string hint = did_you_mean(name, names);
  return Error{
      "no field '" + std::string(name) + "'",
      hint.empty() ? "fields are " + field_names([](const Field&) { return true; }) : hint};
}

std::string field_names(bool (*which)(const Field&)) {
  std::string names;
  for (const Field& field : fields()) {
    if (which(field)) names += (names.empty() ? "" : ", ") + std::string(field.name);
  }
  return names;
}

std::string_view age_group_of(int64_t age) {
  for (const AgeGroup& group : kAgeGroups) {
    if (group.first <= age && age <= group.last) return group.name;
  }
  return "";
}

}  // namespace pinpipe::query
