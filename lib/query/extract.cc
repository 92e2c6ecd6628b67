#include "query/extract.h"

#include <algorithm>

#include "ndjson/json_string.h"
#include "query/clean_values.h"
#include "query/user_key.h"

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

size_t place_of(Dataset dataset, std::string_view field) {
  const auto schema = record::clean_schema(dataset);
  const auto found = std::ranges::find(schema, field, &record::Field::name);
  return static_cast<size_t>(found - schema.begin());
}

/// Where the fields that are read are in the clean schema.
const size_t kPinInd = place_of(Dataset::pin, "ind");
const size_t kPinFollowers = place_of(Dataset::pin, "follower_count");
const size_t kPinCategory = place_of(Dataset::pin, "category");
const size_t kPinPoster = place_of(Dataset::pin, "poster_name");
const size_t kGeoInd = place_of(Dataset::geo, "ind");
const size_t kGeoCountry = place_of(Dataset::geo, "country");
const size_t kGeoCoordinates = place_of(Dataset::geo, "coordinates");
const size_t kGeoTimestamp = place_of(Dataset::geo, "timestamp");
const size_t kUserInd = place_of(Dataset::user, "ind");
const size_t kUserName = place_of(Dataset::user, "user_name");
const size_t kUserAge = place_of(Dataset::user, "age");
const size_t kUserJoined = place_of(Dataset::user, "date_joined");

// By dataset: the key of a record, and the clean field of kRawSigns.
const size_t kInds[] = {kPinInd, kGeoInd, kUserInd};
const size_t kSigns[] = {kPinInd, kGeoCoordinates, kUserName};

/// By what a key is named, what is to be known of it in each dataset.
class Places {
 public:
  static constexpr uint8_t kElsewhere = 15;  ///< behind all fields of a schema

  Places() {
    for (const Dataset dataset : record::kDatasets) {
      auto& of = of_[index_of(dataset)];
      of.fill({kElsewhere, 0});
      const auto schema = record::clean_schema(dataset);
      for (uint8_t i = 0; i < schema.size(); ++i) {
        of[record::names().find(schema[i].name)] = {i, unfit_kinds(schema[i])};
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

  std::array<std::array<Place, ndjson::kUnknownName + 1>, 3> of_;
};
const Places kPlaces;

const Member kMissing;

/// Reads an integer, for which `bit` stands; a null gives neither. False where it is no integer
/// within 64 bits.
bool read_integer(const Member& value, Has bit, int64_t& to, uint8_t& has) {
  if (value.kind == Kind::null) return true;
  const auto integer = record::to_int64(value.value);
  if (!integer) return false;
  to = *integer;
  has |= bit;
  return true;
}

/// Reads a timestamp, or null. Its fraction is a view into the line or `scratch`.
bool read_time(const Member& value, std::string& scratch, std::optional<record::Timestamp>& to) {
  if (value.kind == Kind::null) return true;
  auto text = ndjson::inside_quotes(value.value);
  if (value.value_escaped) text = ndjson::unescape(text, scratch);
  to = record::to_timestamp(text);
  return to.has_value();
}

Has record_bit(Dataset dataset) {
  constexpr Has kBits[] = {kHasPin, kHasGeo, kHasUser};
  return kBits[index_of(dataset)];
}

/// All that a part can have of one dataset.
uint8_t bits_of(Dataset dataset) {
  constexpr uint8_t kBits[] = {kOfPin, kOfGeo, kOfUser};
  return kBits[index_of(dataset)];
}

}  // namespace

Extractor::Extractor(Fields wanted) : wanted_(wanted), kept_(kHasPin | kHasGeo | kHasUser) {
  if (wants(Field::kFollowerCount)) kept_ |= kHasFollowerCount;
  if (wants(Field::kPostYear)) kept_ |= kHasPostYear;
  if (wants(Field::kAge)) kept_ |= kHasAge;
  if (wants(Field::kJoinYear)) kept_ |= kHasJoinYear;
}

Verdict Extractor::line(std::string_view line, Parts& to) {
  if (auto fault = scanner_.object(line, members_)) return fault;
  const auto records = record::find_records(line, members_);
  if (!records.any()) return Fault{"neither a post nor a pin, geo or user record"};
  if (records.is_post) {
    if (auto fault = misfit(line, records)) return fault;
  }
  PostPart part;
  Inds inds{};
  for (const Dataset dataset : record::kDatasets) {
    if (!records[dataset].present) continue;
    int64_t& ind = inds[index_of(dataset)];
    if (locate(dataset, records[dataset]) && read(dataset, ind, part, to)) continue;
    if (auto fault = fault_in(dataset, records[dataset])) return fault;
    read(dataset, ind, part, to);  // it only looked so
  }
  add(part, inds, to);
  return std::nullopt;
}

/// A member of a post that should be a record and is something else would otherwise vanish.
Verdict Extractor::misfit(std::string_view line, const record::Records& records) const {
  const record::RecordView post{true, 0, members_.size(), line};
  for (const Dataset dataset : record::kDatasets) {
    if (records[dataset].present) continue;
    const Member* member = record::find_member(members_, post, name_of(dataset));
    if (member != nullptr && member->kind != Kind::null) {
      return Fault{std::string(name_of(dataset)) + ": " + shown(member->value) + " is no record"};
    }
  }
  return std::nullopt;
}

/// Finds the fields of a record. False where it may not be clean, and needs a closer look: one, or
/// an earlier one of equal keys, is of a kind that cannot be, or what shows that it was cleaned is
/// null.
bool Extractor::locate(Dataset dataset, const record::RecordView& record) {
  auto& located = located_[index_of(dataset)];
  const auto& places = kPlaces[dataset];
  located.fill(&kMissing);
  unsigned unfit = 0;
  members_.each(record.begin, record.end, [&](const Member& member, uint32_t) {
    const auto place = places[member.name];
    located[place.at] = &member;
    unfit |= place.unfit >> static_cast<unsigned>(member.kind);
  });
  return (unfit & 1) == 0 && located[kSigns[index_of(dataset)]]->kind != Kind::null;
}

/// Why the located record is not clean.
Verdict Extractor::fault_in(Dataset dataset, const record::RecordView& record) const {
  if (auto fault = check_raw(dataset, record)) return fault;
  const auto& located = located_[index_of(dataset)];
  if (located[kInds[index_of(dataset)]]->kind == Kind::null) return unusable(dataset, "no ind");
  const auto schema = record::clean_schema(dataset);
  for (size_t i = 0; i < schema.size(); ++i) {
    const auto fault = fault_of(schema[i], *located[i]);
    if (fault.what.empty()) continue;
    const std::string field(schema[i].name);
    return unusable(dataset, field + " " + shown(located[i]->value) + " " + std::string(fault.what),
                    fault.cleaning_helps);
  }
  return std::nullopt;
}

Verdict Extractor::check_raw(Dataset dataset, const record::RecordView& record) const {
  for (const RawSign& sign : kRawSigns) {
    if (sign.dataset != dataset) continue;
    if (located_[index_of(dataset)][kSigns[index_of(dataset)]]->kind != Kind::null) continue;
    const Member* raw = record::find_member(members_, record, sign.raw);
    if (raw == nullptr || raw->kind == Kind::null) continue;
    return unusable(dataset, std::string(sign.raw) + " without " + std::string(sign.clean));
  }
  return std::nullopt;
}

bool Extractor::read(Dataset dataset, int64_t& ind, PostPart& part, Parts& to) const {
  const Member& key = *located_[index_of(dataset)][kInds[index_of(dataset)]];
  if (key.kind == Kind::null) return false;
  if (!read_integer(key, record_bit(dataset), ind, part.has)) return false;
  switch (dataset) {
    case Dataset::pin:
      return read_pin(part, to);
    case Dataset::geo:
      return read_geo(part, to);
    default:
      return read_user(part, to);
  }
}

bool Extractor::read_pin(PostPart& part, Parts& to) const {
  const auto& at = located_[index_of(Dataset::pin)];
  if (!read_integer(*at[kPinFollowers], kHasFollowerCount, part.follower_count, part.has)) {
    return false;
  }
  if (wants(Field::kCategory)) part.category = text(*at[kPinCategory], to);
  if (wants(Field::kPosterName)) part.poster_name = text(*at[kPinPoster], to);
  return true;
}

bool Extractor::read_geo(PostPart& part, Parts& to) const {
  const auto& at = located_[index_of(Dataset::geo)];
  std::string scratch;
  std::optional<record::Timestamp> time;
  if (!read_time(*at[kGeoTimestamp], scratch, time)) return false;
  if (time) {
    part.post_year = static_cast<int16_t>(time->year);
    part.has |= kHasPostYear;
  }
  if (wants(Field::kCountry)) part.country = text(*at[kGeoCountry], to);
  const Member& coordinates = *at[kGeoCoordinates];
  return coordinates.kind == Kind::null || is_coordinates(coordinates.value);
}

bool Extractor::read_user(PostPart& part, Parts& to) const {
  const auto& at = located_[index_of(Dataset::user)];
  std::string scratch;
  std::optional<record::Timestamp> time;
  if (!read_time(*at[kUserJoined], scratch, time)) return false;
  if (!read_integer(*at[kUserAge], kHasAge, part.age, part.has)) return false;
  if (!time) return true;
  part.join_year = static_cast<int16_t>(time->year);
  part.has |= kHasJoinYear;
  if (wants(Field::kUser)) read_user_key(*time, part, to);
  return true;
}

void Extractor::read_user_key(const record::Timestamp& joined, PostPart& part, Parts& to) const {
  const Text name = text(*located_[index_of(Dataset::user)][kUserName], to);
  const size_t begin = to.user_keys.size();
  append_user_key(name.is_null() ? std::nullopt : std::optional(name.bytes()),
                  (part.has & kHasAge) != 0 ? std::optional(part.age) : std::nullopt, joined,
                  to.user_keys);
  const auto key = std::string_view(to.user_keys).substr(begin);
  part.user_begin = begin;
  part.user_size = static_cast<uint32_t>(key.size());
  part.user_hash = hash_of(key);
}

Text Extractor::text(const Member& value, Parts& to) {
  if (value.kind == Kind::null) return {};
  const auto bytes = ndjson::inside_quotes(value.value);
  if (!value.value_escaped) return Text(bytes);
  return Text(ndjson::unescape(bytes, to.unescaped.emplace_back()));
}

/// The records of a post have one `ind`, nearly always. Where they have not, there is a part for
/// each.
void Extractor::add(PostPart& part, const Inds& inds, Parts& to) const {
  unsigned rest = part.has & kept_;
  for (const Dataset dataset : record::kDatasets) {
    if ((rest & record_bit(dataset)) == 0) continue;
    part.ind = inds[index_of(dataset)];
    unsigned same = 0;
    for (const Dataset other : record::kDatasets) {
      if (inds[index_of(other)] == part.ind) same |= bits_of(other);
    }
    part.has = static_cast<uint8_t>(rest & same);
    rest &= ~same;
    part.hash = hash_of(static_cast<uint64_t>(part.ind));
    to.posts.push_back(part);
  }
}

}  // namespace pinpipe::query
