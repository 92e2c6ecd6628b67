#include "record/records.h"

#include <string>

#include "ndjson/json_string.h"
#include "record/schema.h"

namespace pinpipe::record {
namespace {

using ndjson::Kind;
using ndjson::Member;
using ndjson::Members;

/// The keys that make a bare record one of a dataset, if their value is not null.
struct Mark {
  std::string_view key;
  Dataset dataset;
};
constexpr std::array<Mark, 10> kMarks{{
    {"unique_id", Dataset::pin},
    {"index", Dataset::pin},
    {"latitude", Dataset::geo},
    {"longitude", Dataset::geo},
    {"coordinates", Dataset::geo},
    {"country", Dataset::geo},
    {"first_name", Dataset::user},
    {"last_name", Dataset::user},
    {"user_name", Dataset::user},
    {"date_joined", Dataset::user},
}};

/// The members of a post that are records; the last of equal keys counts.
void find_in_post(const Members& members, Records& records) {
  members.each(0, members.size(), [&](const Member& member, uint32_t at) {
    for (const Dataset dataset : kDatasets) {
      if (!key_is(member, name_of(dataset))) continue;
      const bool present = member.kind == Kind::object;
      records.of[index_of(dataset)] = {present, at + 1, member.next, member.value};
    }
  });
  records.is_post = records.any();
}

/// The first dataset, in their order, of which there is a mark.
std::optional<Dataset> marked(const Members& members, const RecordView& record) {
  std::array<bool, kMarks.size()> seen{};
  members.each(record.begin, record.end, [&](const Member& member, uint32_t) {
    for (size_t i = 0; i < kMarks.size(); ++i) {
      if (key_is(member, kMarks[i].key)) seen[i] = member.kind != Kind::null;
    }
  });
  for (size_t i = 0; i < kMarks.size(); ++i) {
    if (seen[i]) return kMarks[i].dataset;  // kMarks is in the order of the datasets
  }
  return std::nullopt;
}

/// Whether the record has the clean keys of `dataset`, all and no others.
bool has_clean_keys(const Members& members, const RecordView& record, Dataset dataset) {
  size_t count = 0;
  members.each(record.begin, record.end, [&](const Member&, uint32_t) { ++count; });
  const auto schema = clean_schema(dataset);
  if (count != schema.size()) return false;
  for (const auto& field : schema) {
    if (find_member(members, record, field.name) == nullptr) return false;
  }
  return true;
}

std::optional<Dataset> classify(const Members& members, const RecordView& record) {
  if (const auto dataset = marked(members, record)) return dataset;
  for (const Dataset dataset : kDatasets) {
    if (has_clean_keys(members, record, dataset)) return dataset;
  }
  return std::nullopt;
}

}  // namespace

bool key_is(const Member& member, std::string_view name) {
  if (!member.key_escaped) return member.key == name;
  std::string scratch;
  return ndjson::unescape(member.key, scratch) == name;
}

Records find_records(std::string_view line, const Members& members) {
  Records records;
  find_in_post(members, records);
  if (records.is_post) return records;
  const size_t open = line.find('{');
  const RecordView bare{true, 0, members.size(), line.substr(open, line.rfind('}') + 1 - open)};
  if (const auto dataset = classify(members, bare)) records.of[index_of(*dataset)] = bare;
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
