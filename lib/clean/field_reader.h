// One clean value out of one raw one: what each kind of rule does.
//
// Pure functions of a scanned member: they write the clean JSON value to `to` and say how it went.
// Where it is not `value`, nothing was written.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clean/rules.h"
#include "json/scanner.h"
#include "record/values.h"

namespace pinpipe::clean {

enum class Read : uint8_t {
  value,       ///< written
  absent,      ///< missing or null
  nulled,      ///< a placeholder, empty, blank, or half of a pair
  unreadable,  ///< there, but not of the rule's form
};

/// Whether there is nothing to read: no member, null, or a string that is empty or ASCII-blank.
bool is_missing(const json::Member* member);

/// Writes bytes at a cursor. REQUIRES: room for all; RecordCleaner sees to it.
struct Cursor {
  char* at;
  std::string_view run = {};  ///< kept, and not yet copied

  void put(std::string_view bytes) {
    __builtin_memcpy(at, bytes.data(), bytes.size());
    at += bytes.size();
  }
  void put(char byte) { *at++ = byte; }

  /// Writes bytes of the line at hand: those that follow each other there become one copy.
  /// REQUIRES: flush() before anything else is put.
  void keep(std::string_view bytes) {
    if (bytes.data() != run.data() + run.size()) {
      flush();
      run = {bytes.data(), 0};
    }
    run = {run.data(), run.size() + bytes.size()};
  }
  void flush() {
    if (!run.empty()) put(run);
    run = {};
  }
};

class FieldReader {
 public:
  /// `member` may be nullptr: missing.
  Read text(const Rule& rule, const json::Member* member, Cursor& to);
  /// A text, or an array of texts, which are joined by commas.
  Read tags(const Rule& rule, const json::Member* member, Cursor& to);
  /// What `text` would do, without writing.
  Read kept_text(const Rule& rule, const json::Member* member);
  Read path(const Rule& rule, const json::Member* member, Cursor& to);
  Read integer(const json::Member* member, Cursor& to);
  Read count(const Rule& rule, const json::Member* member, Cursor& to);
  Read timestamp(const json::Member* member, Cursor& to);
  Read coordinates(const json::Member* latitude, const json::Member* longitude, Cursor& to);
  /// From `[latitude, longitude]`, as a clean record has it; the same as text, with or without
  /// brackets; or an object with these members.
  Read coordinates(const json::Member* pair, Cursor& to);
  Read joined(const Rule& rule, const json::Member* first, const json::Member* last, Cursor& to);

  /// Frees the memory that is kept from value to value.
  void give_back() {
    scanner_.give_back();
    members_.give_back();
    pinpipe::give_back(scratch_);
    pinpipe::give_back(joined_);
  }

  /// The member that made the last reading unreadable.
  const json::Member* culprit() const { return culprit_; }

 private:
  struct Plain;
  Plain plain(const json::Member* member);
  Read pair(const json::Member* both, Cursor& to);
  Read pair_of_text(std::string_view text, Cursor& to);
  Read pair_of_object(std::string_view object, Cursor& to);
  std::optional<record::Timestamp> moment(const json::Member& member);
  std::optional<record::Timestamp> bson_date(std::string_view object);

  const json::Member* culprit_ = nullptr;
  json::Scanner scanner_;
  std::vector<json::Element> elements_;
  json::Members members_;
  std::string scratch_;  // a value without its escapes
  std::string joined_;   // of an array
};

/// Writes the integer that `text` stands for by the rule for counts: `437`, `1,234`, `3k`, `1.5M`;
/// false where it is none. Of any size and exact: digits are moved, not multiplied. At most 9 bytes
/// longer than `text`.
bool write_count(std::string_view text, Cursor& to);

}  // namespace pinpipe::clean
