// One raw record in, one clean record out: the rules of a dataset applied to the members of a
// record.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/buffer.h"
#include "clean/counts.h"
#include "clean/field_reader.h"
#include "clean/rules.h"
#include "clean/spelling.h"
#include "json/scanner.h"
#include "ndjson/block_reader.h"
#include "ndjson/findings.h"
#include "record/records.h"

namespace pinpipe::clean {

struct Options {
  /// Reject a record with an unreadable value or a misspelt key, rather than null and count it.
  bool strict = false;
  bool check = false;     ///< reject a record that is not clean, as query does
  bool as_posts = false;  ///< write a bare record as a post
  size_t max_line = ndjson::BlockOptions().max_line;  ///< of a cleaned line, too
};

class RecordCleaner {
 public:
  /// Of findings, in a dataset: the clean field that has an unreadable value, by rule; or
  /// kOtherKey, an `index` that is another number than `ind`.
  static constexpr size_t kOtherKey = Counts::kMaxFields;
  static constexpr size_t topic_of(record::Dataset dataset, size_t topic) {
    return index_of(dataset) * (kOtherKey + 1) + topic;
  }

  RecordCleaner(record::Dataset dataset, Options options);

  /// New lines come: the first finding of each topic in them counts.
  void begin() { found_ = 0; }

  /// Appends `record` cleaned, a JSON object. Unknown keys `beside` it, in its post, may be
  /// misspelt ones of its own. On an error `to` is as it was.
  Status clean(const json::Members& members, const json::ObjectView& record,
               std::span<const json::Member* const> beside, Buffer& to);
  /// Counts what the last `clean` did, and adds to `findings` what is the first of its topic since
  /// `begin`. REQUIRES: it had no error, and its `members` are as they were.
  void count(std::vector<ndjson::Finding>& findings);

  /// Frees the memory that is kept from record to record.
  void give_back() {
    reader_.give_back();
    pinpipe::give_back(dropped_);
  }

  const Counts& counts() const { return counts_; }
  Counts& counts() { return counts_; }

 private:
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
    const json::Member* culprit;  ///< of an unreadable one
  };
  /// An unknown key that looks like a field that the record lacks.
  struct Misspelt {
    size_t field;  ///< of the raw schema
    const json::Member* member;
  };

  void find_members(const json::Members& members, const json::ObjectView& record);
  [[gnu::cold]] std::optional<Read> read_clean_text(const Rule& rule,
                                                    const json::Member* const* from, Cursor& to);
  Read read_field(const Rule& rule, const json::Member* const* from, Cursor& to);
  Read read_key(const Rule& rule, const json::Member* const* from, Cursor& to);
  void override(const json::Member* member);
  [[gnu::cold]] bool is_integer_of(std::string_view written, const json::Member* member);
  [[gnu::cold]] RawFields lacking() const;
  [[gnu::cold]] Status find_misspelt(std::span<const json::Member* const> beside);
  [[gnu::cold]] Status find_misspelt(std::span<const json::Member* const> keys, RawFields& lacking);
  [[gnu::cold]] void find(size_t topic, const json::Member* member,
                          std::vector<ndjson::Finding>& findings);
  void count_keys();
  std::string_view untouched(size_t field, const json::Member* member);
  Status write_fields(Cursor& to);

  record::Dataset dataset_;
  std::span<const Rule> rules_;
  Options options_;
  std::vector<Opening> openings_;                              // by rule
  std::array<uint8_t, json::kUnknownField + 1> slot_of_name_;  // the raw keys of all rules in turn
  FieldReader reader_;
  Spelling spelling_;
  Counts counts_;
  uint32_t found_ = 0;  // topics, a bit each
  // Of the record at hand:
  std::array<const json::Member*, kMaxRawKeys> members_{};
  std::vector<const json::Member*> dropped_;
  std::vector<Miss> misses_;
  std::vector<Misspelt> misspelt_;
  const json::Member* other_key_ = nullptr;
};

}  // namespace pinpipe::clean
