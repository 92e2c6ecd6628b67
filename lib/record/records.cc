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

/// The members of a post that are records; the last of equal keys counts.
void find_in_post(const Members& members, Records& records) {
  members.each(0, members.size(), [&](const Member& member, uint32_t at) {
    for (const Dataset dataset : kDatasets) {
      if (member.name != id_of(dataset)) continue;
      records.of[index_of(dataset)] = {member.kind == Kind::object, at + 1, member.next,
                                       member.value};
    }
  });
  records.is_post = records.any();
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

bool key_is(const Member& member, std::string_view name) {
  if (!member.key_escaped) return member.key == name;
  std::string scratch;
  return ndjson::unescape(member.key, scratch) == name;
}

Records find_records(const Members& members) {
  Records records;
  if ((members.names() & kDatasetSet) != 0) find_in_post(members, records);
  if (records.is_post) return records;
  if (const auto dataset = classify(members)) {
    RecordView& bare = records.of[index_of(*dataset)];
    bare.present = true;
    bare.end = members.size();
    bare.text = members.text();
  }
  return records;
}

const Member* find_member(const Members& members, const RecordView& record, std::string_view name) {
  const Member* found = nullptr;
  members.each(record.begin, record.end, [&](const Member& member, uint32_t) {
    if (key_is(member, name)) found = &member;
  });
  return found;
}

}  // namespace pinpipe::record
