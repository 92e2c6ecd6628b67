#include "query/extract.h"

#include "json/string.h"
#include "query/clean_record.h"
#include "query/extracted_batch.h"

namespace pinpipe::query {
namespace {

using json::Kind;
using json::Member;
using record::Dataset;

/// Where the fields that are read are in the clean schema.
constexpr size_t kPinInd = place_of_field(Dataset::pin, "ind");
constexpr size_t kPinFollowers = place_of_field(Dataset::pin, "follower_count");
constexpr size_t kPinCategory = place_of_field(Dataset::pin, "category");
constexpr size_t kPinPoster = place_of_field(Dataset::pin, "poster_name");
constexpr size_t kGeoInd = place_of_field(Dataset::geo, "ind");
constexpr size_t kGeoCountry = place_of_field(Dataset::geo, "country");
constexpr size_t kGeoCoordinates = place_of_field(Dataset::geo, "coordinates");
constexpr size_t kGeoTimestamp = place_of_field(Dataset::geo, "timestamp");
constexpr size_t kUserInd = place_of_field(Dataset::user, "ind");
constexpr size_t kUserName = place_of_field(Dataset::user, "user_name");
constexpr size_t kUserAge = place_of_field(Dataset::user, "age");
constexpr size_t kUserJoined = place_of_field(Dataset::user, "date_joined");

// By dataset: the key of a record, and the field that only cleaning makes.
const size_t kInds[] = {kPinInd, kGeoInd, kUserInd};
const size_t kSigns[] = {kPinInd, kGeoCoordinates, kUserName};

/// Reads an integer, for which `bit` stands; a null gives neither. False where it is not an integer
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
  auto text = json::inside_quotes(value.value);
  if (value.value_escaped) text = json::unescape(text, scratch);
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

Status Extractor::line(std::string_view line, ExtractedBatch& to) {
  TRY(scanner_.object(line, members_));
  auto records = record::find_records(members_);
  if (records.form == record::Form::other) return record::unrecognised(members_);
  if (records.form == record::Form::joined) {
    auto& post = to.joined.emplace_back();
    TRY(record::take_apart(scanner_, members_, records, post));
  }
  ExtractedPost part;
  Inds inds{};
  for (const Dataset dataset : record::kDatasets) {
    if (records.is_post() && !records.is_keyed(dataset)) {
      TRY(record::misfit(dataset, members_, records));
    }
    if (!records[dataset].present) continue;
    int64_t& ind = inds[index_of(dataset)];
    auto& index = indexes_[index_of(dataset)];
    bool fits = index.find(dataset, members_, records[dataset]);
    fits = fits && index[kSigns[index_of(dataset)]].kind != Kind::null;
    if (fits && read(dataset, ind, part, to)) continue;
    TRY(fault_in(dataset, index, members_, records[dataset]));
    read(dataset, ind, part, to);  // it only looked so
  }
  add(part, inds, to);
  return {};
}

bool Extractor::read(Dataset dataset, int64_t& ind, ExtractedPost& part, ExtractedBatch& to) const {
  const Member& key = indexes_[index_of(dataset)][kInds[index_of(dataset)]];
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

bool Extractor::read_pin(ExtractedPost& part, ExtractedBatch& to) const {
  const auto& at = indexes_[index_of(Dataset::pin)];
  if (!read_integer(at[kPinFollowers], kHasFollowerCount, part.follower_count, part.has)) {
    return false;
  }
  if (wants(Field::kCategory)) part.category = text(at[kPinCategory], to);
  if (wants(Field::kPosterName)) part.poster_name = text(at[kPinPoster], to);
  return true;
}

bool Extractor::read_geo(ExtractedPost& part, ExtractedBatch& to) const {
  const auto& at = indexes_[index_of(Dataset::geo)];
  std::string scratch;
  std::optional<record::Timestamp> time;
  if (!read_time(at[kGeoTimestamp], scratch, time)) return false;
  if (time) {
    part.post_year = static_cast<int16_t>(time->year);
    part.has |= kHasPostYear;
  }
  if (wants(Field::kCountry)) part.country = text(at[kGeoCountry], to);
  const Member& coordinates = at[kGeoCoordinates];
  return coordinates.kind == Kind::null || is_coordinates(coordinates.value);
}

bool Extractor::read_user(ExtractedPost& part, ExtractedBatch& to) const {
  const auto& at = indexes_[index_of(Dataset::user)];
  std::string scratch;
  std::optional<record::Timestamp> time;
  if (!read_time(at[kUserJoined], scratch, time)) return false;
  if (!read_integer(at[kUserAge], kHasAge, part.age, part.has)) return false;
  if (!time) return true;
  part.join_year = static_cast<int16_t>(time->year);
  part.has |= kHasJoinYear;
  if (wants(Field::kUser)) read_user_key(*time, part, to);
  return true;
}

void Extractor::read_user_key(const record::Timestamp& joined, ExtractedPost& part,
                              ExtractedBatch& to) const {
  const Text name = text(indexes_[index_of(Dataset::user)][kUserName], to);
  const size_t begin = to.user_keys.size();
  append_user_key(name.is_null() ? std::nullopt : std::optional(name.bytes()),
                  (part.has & kHasAge) != 0 ? std::optional(part.age) : std::nullopt, joined,
                  to.user_keys);
  const auto key = std::string_view(to.user_keys).substr(begin);
  part.user_begin = begin;
  part.user_size = static_cast<uint32_t>(key.size());
  part.user_hash = hash_of(key);
}

Text Extractor::text(const Member& value, ExtractedBatch& to) {
  if (value.kind == Kind::null) return {};
  const auto bytes = json::inside_quotes(value.value);
  if (!value.value_escaped) return Text(bytes);
  return Text(json::unescape(bytes, to.unescaped.emplace_back()));
}

/// The records of a post have one `ind`, nearly always. Where they have not, there is a part for
/// each.
void Extractor::add(ExtractedPost& part, const Inds& inds, ExtractedBatch& to) const {
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
