#include "record/records.h"

#include <algorithm>
#include <span>
#include <string>

#include "ndjson/json_string.h"
#include "record/names.h"
#include "record/schema.h"

namespace pinpipe::record {
namespace {

using ndjson::Kind;
using ndjson::Member;
using ndjson::Members;

ndjson::NameSet names_of(std::span<const std::string_view> keys) {
  ndjson::NameSet set = 0;
  for (const auto key : keys) set |= ndjson::set_of(names().find(key));
  return set;
}

/// The names that make a bare record one of a dataset, if their value is not null.
using Marks = std::array<ndjson::NameSet, 3>;

Marks make_marks() {
  constexpr std::string_view kPin[] = {"unique_id", "index"};
  constexpr std::string_view kGeo[] = {"latitude", "longitude", "coordinates", "country"};
  constexpr std::string_view kUser[] = {"first_name", "last_name", "user_name", "date_joined"};
  return {names_of(kPin), names_of(kGeo), names_of(kUser)};
}
const Marks kMarks = make_marks();
const ndjson::NameSet kDatasetSet = names_of(kDatasetNames);
constexpr std::string_view kKeys[] = {"ind", "index"};
const ndjson::NameSet kKeySet = names_of(kKeys);
const auto kIsKey = [] {
  std::array<bool, ndjson::kUnknownName + 1> is{};
  for (const auto key : kKeys) is[names().find(key)] = true;
  return is;
}();

/// All keys that a record of any dataset has beside its own, but for `timestamp`, which others have
/// too.
const ndjson::NameSet kMarksInAPost = [] {
  ndjson::NameSet set = 0;
  for (const Dataset dataset : kDatasets) {
    for (const auto& field : raw_schema(dataset)) set |= ndjson::set_of(names().find(field.name));
    for (const auto& field : clean_schema(dataset)) set |= ndjson::set_of(names().find(field.name));
  }
  return set & ~kKeySet & ~ndjson::set_of(names().find("timestamp"));
}();

/// By the name of a member, the place of the dataset it is called after; or kNoDataset.
constexpr uint8_t kNoDataset = 3;
const auto kDatasetOfName = [] {
  std::array<uint8_t, ndjson::kUnknownName + 1> of{};
  of.fill(kNoDataset);
  for (const Dataset dataset : kDatasets) of[id_of(dataset)] = static_cast<uint8_t>(dataset);
  return of;
}();

/// REQUIRES: `record` is in a post, so that its members are all that stands from `begin` to `end`.
bool has_key(const Members& members, const RecordView& record) {
  ndjson::NameSet keys = 0;
  for (uint32_t i = record.begin; i != record.end; ++i) {
    const Member& member = members[i];
    if (!kIsKey[member.name]) continue;
    const ndjson::NameSet name = ndjson::set_of(member.name);
    keys = member.kind == Kind::null ? keys & ~name : keys | name;
  }
  return keys != 0;
}

/// The members that are named after datasets, objects or not; the last of equal keys counts.
std::array<RecordView, 3> find_in_post(const Members& members) {
  std::array<RecordView, 3> found;
  members.each(0, members.size(), [&](const Member& member, uint32_t at) {
    const uint8_t dataset = kDatasetOfName[member.name];
    if (dataset == kNoDataset) return;
    found[dataset] = {member.kind == Kind::object, at + 1, member.next, member.value};
  });
  return found;
}

/// Whether a line is a record of its own, whatever object stands among its members.
bool is_record_itself(const Members& members) {
  return (members.names() & kKeySet) != 0 && (members.names() & kMarksInAPost) != 0;
}

/// Looks for a post in a line with members named after datasets. True: the line can be nothing
/// else.
bool find_post(const Members& members, Records& records) {
  const auto found = find_in_post(members);
  int objects = 0;
  int keyed = 0;
  for (size_t i = 0; i < found.size(); ++i) {
    if (!found[i].present) continue;
    ++objects;
    records.keyed[i] = has_key(members, found[i]);
    keyed += records.keyed[i] ? 1 : 0;
  }
  if (keyed >= 2 || (objects > 0 && !is_record_itself(members))) {
    if (keyed > 0) {
      records.form = Form::post;
      records.of = found;
    }
    return true;
  }
  records.keyed = {};
  return false;
}

/// Whether the line has the clean keys of `dataset`, all and no others.
bool has_clean_keys(const Members& members, Dataset dataset) {
  const RecordView line{true, 0, members.size(), members.text()};
  size_t count = 0;
  members.each(line.begin, line.end, [&](const Member&, uint32_t) { ++count; });
  const auto schema = clean_schema(dataset);
  return count == schema.size() && std::ranges::all_of(schema, [&](const Field& field) {
           return find_member(members, line, field.name) != nullptr;
         });
}

std::optional<Dataset> classify(const Members& members) {
  for (const Dataset dataset : kDatasets) {
    if ((members.names() & kMarks[index_of(dataset)]) != 0) return dataset;
  }
  for (const Dataset dataset : kDatasets) {
    if (has_clean_keys(members, dataset)) return dataset;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Dataset> dataset_of(const Member& member) {
  const uint8_t dataset = kDatasetOfName[member.name];
  return dataset == kNoDataset ? std::nullopt : std::optional(static_cast<Dataset>(dataset));
}

bool key_is(const Member& member, std::string_view name) {
  if (!member.key_escaped) return member.key == name;
  std::string scratch;
  return ndjson::unescape(member.key, scratch) == name;
}

Records find_records(const Members& members) {
  Records records;
  if ((members.names() & kDatasetSet) != 0 && find_post(members, records)) return records;
  if (const auto dataset = classify(members)) {
    records.form = Form::bare;
    records.of[index_of(*dataset)] = {true, 0, members.size(), members.text()};
  }
  return records;
}

ndjson::Fault unrecognised(const Members& members) {
  for (const auto& member : find_in_post(members)) {
    if (member.present && !is_record_itself(members)) {
      return {"not a post: no 'pin', 'geo' or 'user' in it has an ind or index"};
    }
  }
  return {"neither a post nor a pin, geo or user record"};
}

ndjson::Verdict misfit(Dataset dataset, const Members& members, const Records& records) {
  if (records.is_keyed(dataset)) return std::nullopt;
  const auto member = find_in_post(members)[index_of(dataset)];
  if (member.text.empty() || member.text == "null") return std::nullopt;
  const std::string name(name_of(dataset));
  if (!member.present) return ndjson::Fault{name + ": " + shown(member.text) + " is not a record"};
  return ndjson::Fault{name + ": no ind or index, which says what record this is"};
}

std::string shown(std::string_view value) {
  constexpr size_t kMost = 60;
  if (value.size() <= kMost) return std::string(value);
  size_t size = kMost;
  while ((value[size] & 0xC0) == 0x80) --size;  // no half characters
  return std::string(value.substr(0, size)) + "…";
}

const Member* find_member(const Members& members, const RecordView& record, std::string_view name) {
  const Member* found = nullptr;
  members.each(record.begin, record.end, [&](const Member& member, uint32_t) {
    if (key_is(member, name)) found = &member;
  });
  return found;
}

}  // namespace pinpipe::record
