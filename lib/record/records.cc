#include "record/records.h"

#include <algorithm>
#include <bit>
#include <iterator>
#include <span>
#include <string>

#include "base/utf8.h"
#include "json/string.h"
#include "record/clean_record.h"
#include "record/schema.h"

namespace pinpipe::record {
namespace {

using json::find_member;
using json::Kind;
using json::Member;
using json::Members;

constexpr json::FieldSet set_of(std::string_view name) {
  return json::set_of(kFieldIds.find(name));
}
constexpr json::FieldSet set_of(std::span<const Field> schema) {
  json::FieldSet set = 0;
  for (const auto& field : schema) set |= set_of(field.name);
  return set;
}

constexpr json::FieldSet kIndSet = json::set_of(kFieldIds.id("ind"));
constexpr json::FieldSet kIndexSet = json::set_of(kFieldIds.id("index"));
constexpr json::FieldSet kKeySet = kIndSet | kIndexSet;
constexpr json::FieldSet kDatasetSet = json::set_of(id_of(Dataset::pin)) |
                                       json::set_of(id_of(Dataset::geo)) |
                                       json::set_of(id_of(Dataset::user));

/// By dataset, its fields but the key, of one strength or both.
using Marks = std::array<json::FieldSet, 3>;

constexpr Marks marks_of(bool weak_too) {
  Marks marks{};
  for (const Dataset dataset : kDatasets) {
    for (const auto schema : {raw_schema(dataset), clean_schema(dataset)}) {
      for (const auto& field : schema) {
        if (weak_too || field.mark == Mark::strong) marks[index_of(dataset)] |= set_of(field.name);
      }
    }
    marks[index_of(dataset)] &= ~kKeySet;
  }
  return marks;
}
constexpr Marks kMarks = marks_of(true);
constexpr Marks kStrongMarks = marks_of(false);
/// What makes a line a record though somebody's `user` stands in it.
constexpr json::FieldSet kMarksInAPost =
    (kMarks[0] | kMarks[1] | kMarks[2]) & ~json::set_of(kFieldIds.id("timestamp"));
/// What only raw records have; a pin has them only beside others' marks.
constexpr json::FieldSet kRawOnlySet = [] {
  json::FieldSet raw = 0;
  json::FieldSet clean = 0;
  for (const auto& schema : kSchemas) {
    raw |= set_of(schema.raw);
    clean |= set_of(schema.clean);
  }
  return raw & ~clean & ~kKeySet;
}();

/// REQUIRES: `record` is in a post, so that its members are all that stands from `begin` to `end`.
bool has_key(const Members& members, const json::ObjectView& record) {
  json::FieldSet keys = 0;
  for (const Member& member : members.between(record.begin, record.end)) {
    if ((kKeySet >> member.field & 1) == 0) continue;
    const json::FieldSet name = json::set_of(member.field);
    keys = member.kind == Kind::null ? keys & ~name : keys | name;
  }
  return keys != 0;
}

/// The members that are named after datasets, objects or not; the last of equal keys counts.
std::array<json::ObjectView, 3> find_in_post(const Members& members) {
  std::array<json::ObjectView, 3> found;
  members.each(0, members.size(), [&](const Member& member, uint32_t at) {
    const size_t dataset = dataset_index_of(member);
    if (dataset == found.size()) return;
    found[dataset] = {member.kind == Kind::object, at + 1, member.next, member.value};
  });
  return found;
}

/// Whether a line is a record of its own, whatever object stands among its members.
bool is_record_itself(const Members& members) {
  return (members.fields() & kKeySet) != 0 && (members.fields() & kMarksInAPost) != 0;
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

/// Whether the line has the keys of `schema`, all and no others, its own key under either name.
bool has_keys_of(const Members& members, std::span<const Field> schema) {
  const auto line = json::whole_object(members);
  size_t count = 0;
  members.each(line.begin, line.end, [&](const Member&, uint32_t) { ++count; });
  const auto has = [&](std::string_view name) {
    return find_member(members, line, name) != nullptr;
  };
  return count == schema.size() && std::ranges::all_of(schema, [&](const Field& field) {
           const bool key = std::ranges::find(kKeyNames, field.name) != std::end(kKeyNames);
           return key ? std::ranges::any_of(kKeyNames, has) : has(field.name);
         });
}

/// The datasets that have one of `marks` in `found`, a bit each.
unsigned datasets_with(const Marks& marks, json::FieldSet found) {
  unsigned bits = 0;
  for (size_t i = 0; i < marks.size(); ++i) bits |= (marks[i] & found) != 0 ? 1U << i : 0;
  return bits;
}

/// Not std::has_single_bit, which is a call where the machine is not known to count bits.
bool is_one_bit(unsigned bits) { return bits != 0 && (bits & (bits - 1)) == 0; }

/// What a line without marks is.
unsigned classify_by_keys(const Members& members) {
  for (const Dataset dataset : kDatasets) {
    if (has_keys_of(members, raw_schema(dataset)) || has_keys_of(members, clean_schema(dataset)))
      return 1U << index_of(dataset);
  }
  bool alone = (members.fields() & kIndexSet) != 0;
  members.each(0, members.size(), [&](const Member& member, uint32_t) {
    alone = alone && (member.field != json::kUnknownField || member.kind == Kind::null);
  });
  return alone ? 1U << index_of(Dataset::pin) : 0;
}

/// The datasets that a line which is no post belongs to, a bit each.
unsigned classify(const Members& members) {
  const json::FieldSet found = members.fields();
  if (const unsigned strong = datasets_with(kStrongMarks, found); strong != 0) return strong;
  const unsigned weak = datasets_with(kMarks, found);
  if (is_one_bit(weak)) return weak;
  if (weak == 0) return classify_by_keys(members);
  return (found & kKeySet) == kIndexSet ? 1U << index_of(Dataset::pin) : 0;
}

/// Writes objects member by member.
class ObjectWriter {
 public:
  explicit ObjectWriter(Buffer& to) : to_(to) {}

  void add(std::string_view escaped_key, std::string_view value) {
    begin(escaped_key);
    to_.append(value);
  }
  void begin(std::string_view escaped_key) {
    to_.append(separator_);
    to_.append('"');
    to_.append(escaped_key);
    to_.append("\":");
    separator_ = ',';
  }
  void end() { to_.append(separator_ == '{' ? "{}" : "}"); }

 private:
  Buffer& to_;
  char separator_ = '{';
};

void append_as_post(const Members& members, const Records& records, Buffer& to) {
  const auto row = json::whole_object(members);
  const bool has_ind = (members.fields() & kIndSet) != 0;
  const Member* key =
      find_member(members, row, has_ind ? kFieldIds.id("ind") : kFieldIds.id("index"));
  const bool raw = !has_ind || (members.fields() & kRawOnlySet) != 0;
  // A key that is named after a dataset is unknown to the first part, and would be a part itself
  // beside it.
  json::FieldSet taken = kDatasetSet;
  ObjectWriter post(to);
  for (const Dataset dataset : kDatasets) {
    if (!records[dataset].present) continue;
    post.begin(name_of(dataset));
    ObjectWriter part(to);
    if (key != nullptr) part.add(dataset == Dataset::pin && raw ? "index" : "ind", key->value);
    const auto mine = kMarks[index_of(dataset)] | (taken == kDatasetSet ? kDatasetSet : 0);
    members.each(0, members.size(), [&](const Member& member, uint32_t) {
      if ((json::set_of(member.field) & mine) != 0) part.add(member.key, member.value);
    });
    part.end();
    taken |= mine;
  }
  members.each(0, members.size(), [&](const Member& member, uint32_t) {
    const bool is_key = (json::set_of(member.field) & kKeySet) != 0;
    const bool said =
        is_key ? key == nullptr || member.value == key->value || member.kind == Kind::null
               : (json::set_of(member.field) & taken) != 0;
    if (!said) post.add(member.key, member.value);
  });
  post.end();
}

}  // namespace

Records find_records(const Members& members) {
  Records records;
  if ((members.fields() & kDatasetSet) != 0 && find_post(members, records)) return records;
  const unsigned datasets = classify(members);
  if (datasets == 0) return records;
  const auto line = json::whole_object(members);
  if (is_one_bit(datasets)) {
    records.form = Form::bare;
    records.of[static_cast<size_t>(std::countr_zero(datasets))] = line;
    return records;
  }
  if ((members.fields() & kKeySet) == 0) return records;
  records.form = Form::joined;
  for (size_t i = 0; i < records.of.size(); ++i) {
    if ((datasets >> i & 1) != 0) records.of[i] = line;
  }
  return records;
}

Status take_apart(json::Scanner& scanner, Members& members, Records& records, Buffer& post) {
  append_as_post(members, records, post);
  TRY(scanner.object(post.view(), members));
  records = find_records(members);
  return {};
}

Error unrecognised(const Members& members) {
  for (const auto& member : find_in_post(members)) {
    if (member.present && !is_record_itself(members)) {
      return {"not a post: no 'pin', 'geo' or 'user' in it has an ind or index"};
    }
  }
  if (classify(members) != 0) return no_key();
  return {"neither a post nor a pin, geo or user record"};
}

Error no_key() { return {"no ind or index, which says what record this is"}; }

Status misfit(Dataset dataset, const Members& members, const Records& records) {
  if (records.is_keyed(dataset)) return {};
  const auto member = find_in_post(members)[index_of(dataset)];
  if (member.text.empty() || member.text == "null") return {};
  const std::string name(name_of(dataset));
  if (!member.present) return Error{name + ": " + shown(member.text) + " is not a record"};
  return no_key_of(dataset);
}

std::string shown(std::string_view value) {
  constexpr size_t kMax = 60;
  if (value.size() <= kMax) return std::string(value);
  return std::string(cut_to_bytes(value, kMax)) + "…";
}

}  // namespace pinpipe::record
