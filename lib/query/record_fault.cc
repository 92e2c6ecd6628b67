#include "query/record_fault.h"

#include "query/clean_values.h"
#include "record/schema.h"

namespace pinpipe::query {
namespace {

using json::Kind;
using json::Member;
using record::Dataset;

/// What tells a record that no cleaner has seen: `raw` says something, and the `clean` key it
/// becomes does not.
struct RawSign {
  Dataset dataset;
  std::string_view raw;
  std::string_view clean;
};
constexpr RawSign kRawSigns[] = {{Dataset::pin, "index", "ind"},
                                 {Dataset::geo, "index", "ind"},
                                 {Dataset::geo, "latitude", "coordinates"},
                                 {Dataset::geo, "longitude", "coordinates"},
                                 {Dataset::user, "index", "ind"},
                                 {Dataset::user, "first_name", "user_name"},
                                 {Dataset::user, "last_name", "user_name"}};

Error unusable(Dataset dataset, const std::string& what, bool cleaning_helps = true) {
  const std::string name(name_of(dataset));
  return {name + ": " + what + (cleaning_helps ? "; clean it first (clean-" + name + ")" : "")};
}

Status check_raw(Dataset dataset, const Located& located, const json::Members& members,
                 const json::ObjectView& record) {
  for (const RawSign& sign : kRawSigns) {
    if (sign.dataset != dataset) continue;
    if (located[place_of(dataset, sign.clean)].kind != Kind::null) continue;
    const Member* raw = json::find_member(members, record, sign.raw);
    if (raw == nullptr || raw->kind == Kind::null) continue;
    return unusable(dataset, std::string(sign.raw) + " without " + std::string(sign.clean));
  }
  return {};
}

}  // namespace

Status fault_in(Dataset dataset, const Located& located, const json::Members& members,
                const json::ObjectView& record) {
  TRY(check_raw(dataset, located, members, record));
  if (located[place_of(dataset, "ind")].kind == Kind::null)
    return unusable(dataset, "no ind", false);
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
