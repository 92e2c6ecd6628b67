#include "clean/record_cleaner.h"

#include <algorithm>

#include "json/string.h"
#include "record/clean_record.h"
#include "record/schema.h"

namespace pinpipe::clean {

using json::Member;

namespace {

bool is_unknown(const Member* member) { return member->field == json::kUnknownField; }

std::string_view key_of(const Member& member, std::string& scratch) {
  return member.key_escaped ? json::unescape(member.key, scratch) : member.key;
}

}  // namespace

RecordCleaner::RecordCleaner(record::Dataset dataset, Options options)
    : dataset_(dataset), rules_(rules_of(dataset)), options_(options), spelling_(dataset) {
  slot_of_name_.fill(kNoSlot);
  uint8_t slot = 0;
  for (const auto& rule : rules_) {
    const std::string text = (openings_.empty() ? "{\"" : ",\"") + std::string(rule.key) + "\":";
    auto& opening = openings_.emplace_back();
    text.copy(opening.bytes.data(), opening.bytes.size());  // clean_rules_test sees that it fits
    opening.size = static_cast<uint8_t>(text.size());
    for (const auto key : rule.from) slot_of_name_[record::kFieldIds.find(key)] = slot++;
  }
}

void RecordCleaner::find_members(const json::Members& members, const json::ObjectView& record) {
  members_.fill(nullptr);
  dropped_.clear();
  members.each(record.begin, record.end, [&](const Member& member, uint32_t) {
    const uint8_t slot = slot_of_name_[member.field];
    if (slot == kNoSlot) return dropped_.push_back(&member);
    // The last of equal keys counts.
    if (members_[slot] != nullptr) dropped_.push_back(members_[slot]);
    members_[slot] = &member;
  });
}

/// `member` gives way to a better one: it counts as dropped, if there is something to drop.
void RecordCleaner::override(const Member* member) {
  if (!is_missing(member)) dropped_.push_back(member);
}

/// Whether `member` is the integer that was `written` of another.
bool RecordCleaner::is_integer_of(std::string_view written, const Member* member) {
  std::array<char, 32> bytes;  // of one within 64 bits
  Cursor to{bytes.data()};
  return reader_.integer(member, to) == Read::value &&
         written == std::string_view(bytes.data(), to.at);
}

/// The first key that is there and not blank. One that says the same again is not dropped.
Read RecordCleaner::read_key(const Rule& rule, const Member* const* from, Cursor& to) {
  Read read = Read::absent;
  const Member* chosen = nullptr;
  const char* const start = to.at;
  other_key_ = nullptr;
  for (size_t i = 0; i < rule.from.size(); ++i) {
    if (read == Read::absent || read == Read::nulled) {
      chosen = from[i];
      read = reader_.integer(chosen, to);
    } else if (from[i] != nullptr && from[i]->value != chosen->value) {
      override(from[i]);
      const bool is_other =
          read == Read::value && !is_missing(from[i]) && !is_integer_of({start, to.at}, from[i]);
      if (is_other) other_key_ = from[i];
    }
  }
  return read;
}

/// The raw fields that the record does not have, the key apart.
RawFields RecordCleaner::lacking() const {
  RawFields lacking = spelling_.fields();
  const auto schema = record::raw_schema(dataset_);
  for (size_t i = 0; i < schema.size(); ++i) {
    const auto field = record::kFieldIds.find(schema[i].name);
    const uint8_t slot = slot_of_name_[field];
    const bool is_there = slot != kNoSlot
                              ? !is_absent(members_[slot])
                              : std::ranges::any_of(dropped_, [&](const Member* member) {
                                  return member->field == field && !is_absent(member);
                                });
    if (is_there) lacking &= ~(RawFields{1} << i);
  }
  return lacking;
}

/// Of each lacking field the first key that looks like it. Error: such a key, if it is to be
/// rejected.
Status RecordCleaner::find_misspelt(std::span<const Member* const> beside) {
  RawFields lacking = this->lacking();
  TRY(find_misspelt(dropped_, lacking));
  return find_misspelt(beside, lacking);
}

Status RecordCleaner::find_misspelt(std::span<const Member* const> keys, RawFields& lacking) {
  std::string scratch;
  for (const Member* member : keys) {
    if (lacking == 0) break;
    if (!is_unknown(member) || is_absent(member)) continue;
    const auto key = key_of(*member, scratch);
    const auto field = spelling_.field_meant(key, lacking);
    if (!field) continue;
    if (options_.strict) return Error{misspelling(dataset_, *field, key)};
    misspelt_.push_back({*field, member});
    lacking &= ~(RawFields{1} << *field);
  }
  return {};
}

/// A text of a record that is clean already, blank ones and placeholders, too: a cleaner writes
/// none of these, but others may, and query takes them as they are.
std::optional<Read> RecordCleaner::read_clean_text(const Rule& rule, const Member* const* from,
                                                   Cursor& to) {
  const bool is_text = rule.kind == Kind::text || rule.kind == Kind::tags ||
                       rule.kind == Kind::path || rule.kind == Kind::joined;
  if (!is_text) return std::nullopt;
  const Member* member = from[rule.from.size() - 1];  // that of the clean key
  if (is_absent(member)) return Read::absent;
  to.put(member->value);
  return Read::value;
}

Read RecordCleaner::read_field(const Rule& rule, const Member* const* from, Cursor& to) {
  if (options_.check) {
    if (const auto read = read_clean_text(rule, from, to)) return *read;
  }
  switch (rule.kind) {
    case Kind::text:
      return reader_.text(rule, from[0], to);
    case Kind::tags:
      return reader_.tags(rule, from[0], to);
    case Kind::path:
      return reader_.path(rule, from[0], to);
    case Kind::count:
      return reader_.count(rule, from[0], to);
    case Kind::integer:
      return reader_.integer(from[0], to);
    case Kind::timestamp:
      return reader_.timestamp(from[0], to);
    case Kind::key:
      return read_key(rule, from, to);
    case Kind::coordinates: {
      const bool pair = !is_missing(from[0]) && !is_missing(from[1]);
      if (pair || is_missing(from[2])) {
        override(from[2]);
        if (is_absent(from[0]) && is_absent(from[1])) {
          return is_absent(from[2]) ? Read::absent : Read::nulled;
        }
        return reader_.coordinates(from[0], from[1], to);
      }
      override(from[0]);
      override(from[1]);
      return reader_.coordinates(from[2], to);
    }
    case Kind::joined:
      if (is_missing(from[0]) && is_missing(from[1]) && !is_absent(from[2])) {
        return reader_.text(rule, from[2], to);
      }
      override(from[2]);
      return reader_.joined(rule, from[0], from[1], to);
  }
  return Read::unreadable;
}

/// The field as the line has it, comma and key included, if that is how it is to be written: a text
/// that is kept, without blanks around it. Empty where it is not.
std::string_view RecordCleaner::untouched(size_t field, const Member* member) {
  const Rule& rule = rules_[field];
  if ((rule.kind != Kind::text && rule.kind != Kind::tags) || field == 0 || member == nullptr ||
      member->key_escaped)
    return {};
  const char* const begin = member->value.data() - openings_[field].size;
  const bool compact = begin == member->key.data() - 2 && *begin == ',';
  if (!compact || reader_.kept_text(rule, member) != Read::value) return {};
  return {begin, openings_[field].size + member->value.size()};
}

Status RecordCleaner::write_fields(Cursor& to) {
  const Member* const* from = members_.data();
  misses_.clear();
  for (uint8_t i = 0; i < rules_.size(); from += rules_[i++].from.size()) {
    const Rule& rule = rules_[i];
    if (const auto bytes = untouched(i, *from); !bytes.empty()) {
      to.keep(bytes);
      continue;
    }
    to.flush();
    __builtin_memcpy(to.at, &openings_[i], sizeof(Opening));
    to.at += openings_[i].size;
    const char* const start = to.at;
    const Read read = read_field(rule, from, to);
    if (read == Read::value) continue;
    if (read == Read::unreadable && (options_.strict || rule.kind == Kind::key)) {
      return record::unfit(dataset_, record::clean_schema(dataset_)[i], reader_.culprit()->value);
    }
    if (rule.kind == Kind::key) return record::no_key_of(dataset_);
    misses_.push_back({i, read, reader_.culprit()});
    if (to.at == start) to.put("null");
  }
  to.flush();
  to.put('}');
  return {};
}

void RecordCleaner::find(size_t topic, const Member* member,
                         std::vector<ndjson::Finding>& findings) {
  if ((found_ >> topic & 1) != 0) return;
  found_ |= 1U << topic;
  findings.push_back({topic_of(dataset_, topic), record::shown(member->value)});
}

void RecordCleaner::count(std::vector<ndjson::Finding>& findings) {
  ++counts_.records;
  for (const auto& miss : misses_) {
    if (miss.read == Read::absent) ++counts_.absent[miss.field];
    if (miss.read == Read::nulled) ++counts_.nulled[miss.field];
    if (miss.read != Read::unreadable) continue;
    ++counts_.unreadable[miss.field];
    find(miss.field, miss.culprit, findings);
  }
  if (other_key_ != nullptr) {
    ++counts_.other_keys;
    find(kOtherKey, other_key_, findings);
  }
  if (!dropped_.empty() || !misspelt_.empty()) count_keys();
}

void RecordCleaner::count_keys() {
  std::string scratch;
  for (const Member* member : dropped_) counts_.dropped.add(key_of(*member, scratch));
  for (const auto& [field, member] : misspelt_)
    counts_.misspelt[field].add(key_of(*member, scratch));
}

Status RecordCleaner::clean(const json::Members& members, const json::ObjectView& record,
                            std::span<const Member* const> beside, Buffer& to) {
  find_members(members, record);
  misspelt_.clear();
  if (!beside.empty() || std::ranges::any_of(dropped_, is_unknown)) TRY(find_misspelt(beside));
  // Keys, nulls, quotes and moved decimal points add less than 40 bytes a field to what the record
  // has.
  const size_t most = record.text.size() + 40 * rules_.size();
  Cursor cursor{to.room(most)};
  const char* const start = cursor.at;
  TRY(write_fields(cursor));
  to.grew(static_cast<size_t>(cursor.at - start));
  return {};
}

}  // namespace pinpipe::clean
