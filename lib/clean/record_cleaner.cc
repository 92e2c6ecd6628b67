#include "clean/record_cleaner.h"

#include "ndjson/json_string.h"

namespace pinpipe::clean {
namespace {

using ndjson::Fault;
using ndjson::Member;

constexpr size_t kNoSlot = ~size_t(0);

bool is_absent(const Member* member) {
  return member == nullptr || member->kind == ndjson::Kind::null;
}

/// `value` for a diagnostic, cut to some sixty bytes.
std::string shown(std::string_view value) {
  constexpr size_t kMost = 60;
  if (value.size() <= kMost) return std::string(value);
  size_t size = kMost;
  while ((value[size] & 0xC0) == 0x80) --size;  // no half characters
  return std::string(value.substr(0, size)) + "…";
}

}  // namespace

void Counts::drop(std::string_view key, uint64_t times) {
  if (key.size() > kLongestName) key = kOther;
  auto found = dropped.find(key);
  if (found == dropped.end()) {
    found = dropped.emplace(dropped.size() < kMostNames ? key : kOther, 0).first;
  }
  found->second += times;
}

void Counts::merge(const Counts& other) {
  records += other.records;
  for (size_t i = 0; i < kMostFields; ++i) {
    nulled[i] += other.nulled[i];
    unreadable[i] += other.unreadable[i];
  }
  for (const auto& [key, times] : other.dropped) drop(key, times);
}

RecordCleaner::RecordCleaner(record::Dataset dataset, Options options)
    : rules_(rules_of(dataset)), options_(options) {
  for (size_t rule = 0; rule < rules_.size(); ++rule) {
    for (const auto key : rules_[rule].from) slots_.push_back({key, rule});
  }
}

/// Producers write their keys in one order: the slot of the last record's n-th member is nearly
/// always right.
size_t RecordCleaner::slot_of(const Member& member, size_t position) {
  if (position >= guesses_.size()) guesses_.resize(position + 1, kNoSlot);
  const size_t guess = guesses_[position];
  if (guess != kNoSlot && slots_[guess].key == member.key && !member.key_escaped) return guess;
  std::string scratch;
  const auto key = member.key_escaped ? ndjson::unescape(member.key, scratch) : member.key;
  for (size_t slot = 0; slot < slots_.size(); ++slot) {
    if (slots_[slot].key == key) return guesses_[position] = slot;
  }
  return kNoSlot;
}

void RecordCleaner::find_members(const ndjson::Members& members, const record::RecordView& record) {
  members_.fill(nullptr);
  dropped_.clear();
  size_t position = 0;
  members.each(record.begin, record.end, [&](const Member& member, uint32_t) {
    const size_t slot = slot_of(member, position++);
    const Member*& place = slot == kNoSlot ? dropped_.emplace_back() : members_[slot];
    if (slot != kNoSlot && place != nullptr)
      dropped_.push_back(place);  // the last of equal keys counts
    place = &member;
  });
}

/// `member` gives way to a better one: it counts as dropped, if there is something to drop.
void RecordCleaner::override(const Member* member) {
  if (!is_missing(member)) dropped_.push_back(member);
}

/// The first key that is there and not blank.
Read RecordCleaner::read_key(const Rule& rule, const Member* const* from, Cursor& to) {
  Read read = Read::absent;
  for (size_t i = 0; i < rule.from.size(); ++i) {
    if (read != Read::absent && read != Read::nulled) {
      override(from[i]);
    } else {
      read = reader_.integer(from[i], to);
    }
  }
  return read;
}

Read RecordCleaner::read_field(const Rule& rule, const Member* const* from, Cursor& to) {
  switch (rule.kind) {
    case Kind::text:
      return reader_.text(rule, from[0], to);
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
        if (is_absent(from[0]) && is_absent(from[1])) return Read::absent;
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

ndjson::Verdict RecordCleaner::write_fields(Cursor& to) {
  const Member* const* from = members_.data();
  for (size_t i = 0; i < rules_.size(); from += rules_[i++].from.size()) {
    const Rule& rule = rules_[i];
    to.put(i == 0 ? "{\"" : ",\"");
    to.put(rule.key);
    to.put("\":");
    const char* const start = to.at;
    const Read read = reads_[i] = read_field(rule, from, to);
    if (read == Read::unreadable && (options_.strict || rule.kind == Kind::key)) {
      return Fault{std::string(rule.key) + " cannot be read: " + shown(reader_.culprit()->value)};
    }
    if (to.at != start) continue;
    if (rule.kind == Kind::key) {
      return Fault{"no " + std::string(rule.from[0]) + ", which says what record this is"};
    }
    to.put("null");
  }
  to.put('}');
  return std::nullopt;
}

void RecordCleaner::count_fields() {
  ++counts_.records;
  for (size_t i = 0; i < rules_.size(); ++i) {
    if (reads_[i] == Read::nulled) ++counts_.nulled[i];
    if (reads_[i] == Read::unreadable) ++counts_.unreadable[i];
  }
  for (const Member* member : dropped_) counts_.drop(member->key);
}

ndjson::Verdict RecordCleaner::clean(const ndjson::Members& members,
                                     const record::RecordView& record, stream::Buffer& to) {
  find_members(members, record);
  // Keys, nulls, quotes and moved decimal points add less than 40 bytes a field to what the record
  // has.
  const size_t most = record.text.size() + 40 * rules_.size();
  Cursor cursor{to.room(most)};
  const char* const start = cursor.at;
  if (auto fault = write_fields(cursor)) return fault;
  to.grew(static_cast<size_t>(cursor.at - start));
  count_fields();
  return std::nullopt;
}

}  // namespace pinpipe::clean
