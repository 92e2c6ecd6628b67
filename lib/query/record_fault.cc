#include "query/record_fault.h"

#include "query/clean_values.h"
#include "record/schema.h"

namespace pinpipe::query {
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
    {Dataset::pin, "index", place_of(Dataset::pin, "ind")},
    {Dataset::geo, "index", place_of(Dataset::geo, "ind")},
    {Dataset::geo, "latitude", place_of(Dataset::geo, "coordinates")},
    {Dataset::geo, "longitude", place_of(Dataset::geo, "coordinates")},
    {Dataset::user, "index", place_of(Dataset::user, "ind")},
    {Dataset::user, "first_name", place_of(Dataset::user, "user_name")},
    {Dataset::user, "last_name", place_of(Dataset::user, "user_name")}};
constexpr size_t kInd = 0;
static_assert(place_of(Dataset::pin, "ind") == kInd && place_of(Dataset::geo, "ind") == kInd &&
              place_of(Dataset::user, "ind") == kInd);

Error unusable(Dataset dataset, const std::string& what, bool cleaning_helps = true) {
  const std::string name(name_of(dataset));
  return {name + ": " + what + (cleaning_helps ? "; clean it first (clean-" + name + ")" : "")};
}

Status check_raw(Dataset dataset, const Located& located, const json::Members& members,
                 const json::ObjectView& record) {
  for (const RawSign& sign : kRawSigns) {
    if (sign.dataset != dataset) continue;
    if (located[sign.clean].kind != Kind::null) continue;
    const Member* raw = json::find_member(members, record, sign.raw);
    if (raw == nullptr || raw->kind == Kind::null) continue;
    return unusable(dataset, std::string(sign.raw) + " without " +
                                 std::string(record::clean_schema(dataset)[sign.clean].name));
  }
  return {};
}

}  // namespace

Status fault_in(Dataset dataset, const Located& located, const json::Members& members,
                const json::ObjectView& record) {
  TRY(check_raw(dataset, located, members, record));
  if (located[kInd].kind == Kind::null) return unusable(dataset, "no ind", false);
  const auto schema = record::clean_schema(dataset);
  for (size_t i = 0; i < schema.size(); ++i) {
    const auto fault = fault_of(schema[i], located[i]);
    if (fault.what.empty()) continue;
    const std::string field(schema[i].name);
    return unusable(dataset,
                    field + " " + record::shown(located[i].value) + " " + std::string(fault.what),
                    fault.cleaning_helps);
  }
  return {};
}

}  // namespace pinpipe::query
