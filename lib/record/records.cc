#include "record/records.h"

#include <bit>
#include <string>

#include "ndjson/json_string.h"
#include "record/names.h"
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

/// What the names of members say, by NameId: bits.
class Meanings {
 public:
  static constexpr uint32_t kFirstDataset = 1u << 16;  ///< below: of kMarks, in their order

  Meanings() {
    for (const Dataset dataset : kDatasets) {
      bits_[names().find(name_of(dataset))] = kFirstDataset << index_of(dataset);
    }
    for (size_t i = 0; i < kMarks.size(); ++i) bits_[names().find(kMarks[i].key)] = 1u << i;
  }
  uint32_t operator[](ndjson::NameId name) const { return bits_[name]; }

 private:
  std::array<uint32_t, ndjson::kUnknownName + 1> bits_{};
};
const Meanings kMeanings;

/// The members of a post that are records; the last of equal keys counts. Returns what the members
/// of the line mean, those that are null apart.
uint32_t find_in_post(const Members& members, Records& records) {
  uint32_t seen = 0;
  members.each(0, members.size(), [&](const Member& member, uint32_t at) {
    const uint32_t meaning = kMeanings[member.name];
    if (meaning >= Meanings::kFirstDataset) {
      records.of[std::countr_zero(meaning / Meanings::kFirstDataset)] = {
          member.kind == Kind::object, at + 1, member.next, member.value};
    }
    seen = member.kind == Kind::null ? seen & ~meaning : seen | meaning;
  });
  records.is_post = records.any();
  return seen & (Meanings::kFirstDataset - 1);
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

std::optional<Dataset> classify(const Members& members, const RecordView& record, uint32_t marks) {
  // The first dataset of which there is a mark; they are in the order of the datasets.
  if (marks != 0) return kMarks[std::countr_zero(marks)].dataset;
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
  const uint32_t marks = find_in_post(members, records);
  if (records.is_post) return records;
  const size_t open = line.find('{');
  const RecordView bare{true, 0, members.size(), line.substr(open, line.rfind('}') + 1 - open)};
  if (const auto dataset = classify(members, bare, marks)) records.of[index_of(*dataset)] = bare;
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
