#include "query/extract.h"

#include <functional>

#include "ndjson/json_string.h"
#include "query/clean_values.h"
#include "record/values.h"

namespace pinpipe::query {
namespace {

using ndjson::Fault;
using ndjson::Kind;
using ndjson::Member;
using ndjson::Verdict;
using record::Dataset;

/// What tells a record that no cleaner has seen: `raw` says something, and the `clean` key it
/// becomes does not.
struct RawSign {
  Dataset dataset;
  std::string_view raw;
  std::string_view clean;
};
constexpr RawSign kRawSigns[] = {{Dataset::pin, "index", "ind"},
                                 {Dataset::geo, "latitude", "coordinates"},
                                 {Dataset::geo, "longitude", "coordinates"},
                                 {Dataset::user, "first_name", "user_name"},
                                 {Dataset::user, "last_name", "user_name"}};

Fault unusable(Dataset dataset, const std::string& what, bool cleaning_helps = true) {
  const std::string name(name_of(dataset));
  return {name + ": " + what + (cleaning_helps ? "; clean it first (clean-" + name + ")" : "")};
}

constexpr size_t kNames = ndjson::kUnknownName + 1;
constexpr uint8_t kNoField = 255;

/// Where the field of a name is in the clean schema of each dataset; kNoField where it is none.
using Positions = std::array<std::array<uint8_t, kNames>, 3>;

Positions clean_positions() {
  Positions positions;
  for (const Dataset dataset : record::kDatasets) {
    auto& of = positions[index_of(dataset)];
    of.fill(kNoField);
    const auto schema = record::clean_schema(dataset);
    for (uint8_t i = 0; i < schema.size(); ++i) of[record::names().find(schema[i].name)] = i;
  }
  return positions;
}
const Positions kPositions = clean_positions();

}  // namespace

Verdict Extractor::line(std::string_view line, Parts& to) {
  if (auto fault = scanner_.object(line, members_)) return fault;
  const auto records = record::find_records(members_);
  if (!records.any()) return Fault{"neither a post nor a pin, geo or user record"};
  if (records.is_post) {
    if (auto fault = misfit(line)) return fault;
  }
  for (const Dataset dataset : record::kDatasets) {
    if (!records[dataset].present) continue;
    if (auto fault = check(dataset, records[dataset])) return fault;
  }
  for (const Dataset dataset : record::kDatasets) {
    if (records[dataset].present) add(dataset, to);
  }
  return std::nullopt;
}

/// A member of a post that should be a record and is something else would otherwise vanish.
Verdict Extractor::misfit(std::string_view line) const {
  const record::RecordView post{true, 0, members_.size(), line};
  for (const Dataset dataset : record::kDatasets) {
    const Member* member = record::find_member(members_, post, name_of(dataset));
    if (member != nullptr && member->kind != Kind::object && member->kind != Kind::null) {
      return Fault{std::string(name_of(dataset)) + ": " + shown(member->value) + " is no record"};
    }
  }
  return std::nullopt;
}

Verdict Extractor::check(Dataset dataset, const record::RecordView& record) {
  locate(dataset, record);
  if (auto fault = check_raw(dataset, record)) return fault;
  if (value(dataset, "ind") == nullptr) return unusable(dataset, "no ind");
  const auto schema = record::clean_schema(dataset);
  for (size_t i = 0; i < schema.size(); ++i) {
    const Member* member = located_[index_of(dataset)][i];
    if (member == nullptr) continue;
    const auto fault = fault_of(schema[i], *member);
    if (fault.what.empty()) continue;
    const std::string field(schema[i].name);
    return unusable(dataset, field + " " + shown(member->value) + " " + std::string(fault.what),
                    fault.cleaning_helps);
  }
  return std::nullopt;
}

Verdict Extractor::check_raw(Dataset dataset, const record::RecordView& record) const {
  for (const RawSign& sign : kRawSigns) {
    if (sign.dataset != dataset || value(dataset, sign.clean) != nullptr) continue;
    const Member* raw = record::find_member(members_, record, sign.raw);
    if (raw == nullptr || raw->kind == Kind::null) continue;
    return unusable(dataset, std::string(sign.raw) + " without " + std::string(sign.clean));
  }
  return std::nullopt;
}

void Extractor::locate(Dataset dataset, const record::RecordView& record) {
  auto& located = located_[index_of(dataset)];
  located.fill(nullptr);
  members_.each(record.begin, record.end, [&](const Member& member, uint32_t) {
    const uint8_t position = kPositions[index_of(dataset)][member.name];
    if (position != kNoField) located[position] = &member;
  });
}

void Extractor::add(Dataset dataset, Parts& to) {
  const int64_t ind = *integer(dataset, "ind");
  switch (dataset) {
    case Dataset::pin:
      to.pins.push_back({ind, integer(dataset, "follower_count"), text(dataset, "category", to),
                         text(dataset, "poster_name", to)});
      break;
    case Dataset::geo: {
      const auto timestamp = instant(dataset, "timestamp", to);
      to.geos.push_back({ind, text(dataset, "country", to),
                         timestamp ? std::optional(timestamp->year) : std::nullopt});
      break;
    }
    case Dataset::user:
      to.users.push_back({ind, text(dataset, "user_name", to), integer(dataset, "age"),
                          instant(dataset, "date_joined", to)});
      break;
  }
}

const Member* Extractor::value(Dataset dataset, std::string_view field) const {
  const auto schema = record::clean_schema(dataset);
  for (size_t i = 0; i < schema.size(); ++i) {
    if (schema[i].name != field) continue;
    const Member* member = located_[index_of(dataset)][i];
    return member == nullptr || member->kind == Kind::null ? nullptr : member;
  }
  return nullptr;
}

Text Extractor::text(Dataset dataset, std::string_view field, Parts& to) const {
  const Member* member = value(dataset, field);
  if (member == nullptr) return {};
  std::string_view bytes = ndjson::inside_quotes(member->value);
  if (member->value_escaped) {
    bytes = ndjson::unescape(bytes, to.unescaped.emplace_back());
  }
  return {bytes, std::hash<std::string_view>()(bytes), false};
}

std::optional<int64_t> Extractor::integer(Dataset dataset, std::string_view field) const {
  const Member* member = value(dataset, field);
  return member == nullptr ? std::nullopt : record::to_int64(member->value);
}

std::optional<Instant> Extractor::instant(Dataset dataset, std::string_view field,
                                          Parts& to) const {
  const Text written = text(dataset, field, to);
  if (written.is_null) return std::nullopt;
  const auto time = record::to_timestamp(written.bytes);
  if (!time) return std::nullopt;
  const int64_t days = record::days_from_civil(time->year, time->month, time->day);
  const int64_t seconds = ((days * 24 + time->hour) * 60 + time->minute) * 60 + time->second;
  const auto fraction = time->fraction.substr(0, time->fraction.find_last_not_of('0') + 1);
  return Instant{seconds, static_cast<int16_t>(time->year), fraction};
}

}  // namespace pinpipe::query
