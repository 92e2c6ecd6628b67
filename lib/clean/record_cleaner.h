// One raw record in, one clean record out: the rules of a dataset applied to the members of a
// record.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/buffer.h"
#include "clean/field_reader.h"
#include "clean/rules.h"
#include "json/scanner.h"
#include "ndjson/block_reader.h"
#include "record/records.h"

namespace pinpipe::clean {

struct Options {
  bool strict = false;  ///< reject a record with an unreadable value, rather than null and count it
  size_t max_line = ndjson::BlockOptions().max_line;  ///< of a cleaned line, too
};

/// What was done to the values of clean records; nothing disappears uncounted.
struct Counts {
  static constexpr size_t kMostFields = 16;
  static constexpr size_t kMostNames = 64;     ///< of dropped keys, the first by bytes; others, and
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

  /// Appends `record` cleaned, a JSON object. On an error `to` is as it was.
  Status clean(const json::Members& members, const json::ObjectView& record, Buffer& to);
  /// Counts what the last `clean` did. REQUIRES: it had no error, and its `members` are as they
  /// were.
  void count();

  /// Frees the memory that is kept from record to record.
  void give_back() {
    reader_.give_back();
    pinpipe::give_back(dropped_);
  }

  const Counts& counts() const { return counts_; }
  Counts& counts() { return counts_; }

 private:
  static constexpr size_t kMostSlots = 16;
  static constexpr uint8_t kNoSlot = 255;

  /// What stands before the value of a clean field, `,"key":`; of one size, so that it is copied
  /// without a call.
  struct Opening {
    std::array<char, 31> bytes{};
    uint8_t size = 0;
  };

  /// A clean field that became null or was unreadable.
  struct Miss {
    uint8_t field;
    Read read;
  };

  void find_members(const json::Members& members, const json::ObjectView& record);
  Read read_field(const Rule& rule, const json::Member* const* from, Cursor& to);
  Read read_key(const Rule& rule, const json::Member* const* from, Cursor& to);
  void override(const json::Member* member);
  std::string_view untouched(size_t field, const json::Member* member);
  Status write_fields(Cursor& to);

  std::span<const Rule> rules_;
  Options options_;
  std::vector<Opening> openings_;                              // by rule
  std::array<uint8_t, json::kUnknownField + 1> slot_of_name_;  // the raw keys of all rules in turn
  FieldReader reader_;
  Counts counts_;
  // Of the record at hand:
  std::array<const json::Member*, kMostSlots> members_{};
  std::vector<const json::Member*> dropped_;
  std::vector<Miss> misses_;
};

}  // namespace pinpipe::clean
