// One raw record in, one clean record out: the rules of a dataset applied to the members of a
// record.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "clean/field_reader.h"
#include "clean/rules.h"
#include "ndjson/scan.h"
#include "record/records.h"
#include "stream/buffer.h"

namespace pinpipe::clean {

struct Options {
  bool strict = false;  ///< reject a record with an unreadable value, rather than null and count it
};

/// What was done to the values of clean records; nothing disappears uncounted.
struct Counts {
  static constexpr size_t kMostFields = 16;
  static constexpr size_t kMostNames = 64;     ///< of dropped keys; more, and
  static constexpr size_t kLongestName = 100;  ///< longer ones, are counted as kOther
  static constexpr std::string_view kOther = "(other)";

  uint64_t records = 0;
  std::array<uint64_t, kMostFields> nulled{};      ///< by rule
  std::array<uint64_t, kMostFields> unreadable{};  ///< by rule
  std::map<std::string, uint64_t, std::less<>> dropped;

  void drop(std::string_view key, uint64_t times = 1);
  void merge(const Counts& other);
};

class RecordCleaner {
 public:
  RecordCleaner(record::Dataset dataset, Options options);

  /// Appends `record` cleaned, a JSON object. On a fault `to` is as it was and nothing is counted.
  ndjson::Verdict clean(const ndjson::Members& members, const record::RecordView& record,
                        stream::Buffer& to);

  const Counts& counts() const { return counts_; }
  Counts& counts() { return counts_; }

 private:
  /// A raw key and the rule that reads it.
  struct Slot {
    std::string_view key;
    size_t rule;
  };
  static constexpr size_t kMostSlots = 16;

  void find_members(const ndjson::Members& members, const record::RecordView& record);
  size_t slot_of(const ndjson::Member& member, size_t position);
  Read read_field(const Rule& rule, const ndjson::Member* const* from, Cursor& to);
  Read read_key(const Rule& rule, const ndjson::Member* const* from, Cursor& to);
  void override(const ndjson::Member* member);
  ndjson::Verdict write_fields(Cursor& to);
  void count_fields();

  std::span<const Rule> rules_;
  Options options_;
  std::vector<Slot> slots_;
  std::vector<size_t> guesses_;  // the slot that the n-th member of the last record had
  FieldReader reader_;
  Counts counts_;
  // Of the record at hand:
  std::array<const ndjson::Member*, kMostSlots> members_{};
  std::vector<const ndjson::Member*> dropped_;
  std::array<Read, Counts::kMostFields> reads_{};
};

}  // namespace pinpipe::clean
