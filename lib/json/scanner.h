// One line of NDJSON, checked to the last byte and cut into members.
//
// A line that passes is a JSON object (RFC 8259): UTF-8, structure, literals, numbers, escapes (a
// \u half of a surrogate pair alone is refused, as in I-JSON, RFC 7493), no control byte in a
// string, nothing behind the object, at most so many levels. What passes can be copied as bytes.
//
// Limits compose: records have fewer levels and members than what is wrapped around them may have,
// so that a request with a record in it is no deeper than its readers take.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/buffer.h"
#include "base/status.h"
#include "json/field_ids.h"
#include "json/token_index.h"

namespace pinpipe::json {

/// Levels of nesting of a record, or of a post of records; simdjson's and Jackson's order.
inline constexpr size_t kMaxRecordDepth = 1024;
/// Levels and members that requests and replies may have beside those of a record: they put up to 4
/// around it.
inline constexpr size_t kWrapping = 16;
/// Levels of nesting of a request.
inline constexpr size_t kMaxDepth = kMaxRecordDepth + kWrapping;
/// For what is taken apart into records, whose levels are counted one by one.
inline constexpr size_t kAnyDepth = SIZE_MAX;

enum class Kind : uint8_t { null, boolean, number, string, object, array };

/// A member of an object, as views into the scanned text: valid as long as the text.
struct Member {
  std::string_view key;    ///< between the quotes, escapes as written
  std::string_view value;  ///< as written, a string with its quotes
  Kind kind = Kind::null;
  FieldId field = kUnknownField;  ///< of the key, however it is escaped, among the scanner's fields
  bool key_escaped = false;       ///< `key` has a backslash
  bool value_escaped = false;     ///< `value` is a string and has a backslash
  bool integer = false;           ///< of a number: it has no point and no exponent
  uint32_t next = 0;              ///< index of the next member of the same object
};

/// Null is absent.
inline bool is_absent(const Member* member) {
  return member == nullptr || member->kind == Kind::null;
}

/// The members of a line: those of the object itself and, because a post is an object of objects,
/// those of each member that is an object, right behind it. Deeper ones are checked, not listed.
///
///   {"pin":{"index":1},"x":2}  ->  0 pin (next 2)   1 index (next 2)   2 x (next 3)
class Members {
 public:
  /// More, on both levels together, are a fault of the line: 12 MiB of them.
  static constexpr uint32_t kMax = 256 * 1024;

  /// Of a record or a post; of a request kMax + kWrapping.
  explicit Members(uint32_t most = kMax) : most_(most) {}

  void clear() {
    size_ = 0;
    fields_ = 0;
  }
  /// Clears, and frees the memory, too.
  void give_back() {
    clear();
    pinpipe::give_back(slots_);
  }
  uint32_t size() const { return size_; }
  /// The fields of the line's own members, those apart whose last value is null.
  FieldSet fields() const { return fields_; }
  /// The line's object, braces included.
  std::string_view text() const { return text_; }
  const Member& operator[](uint32_t index) const { return slots_[index]; }
  /// Those of whatever level.
  std::span<const Member> between(uint32_t begin, uint32_t end) const {
    return {slots_.data() + begin, end - begin};
  }
  /// REQUIRES: `member` is one of these.
  uint32_t index_of(const Member& member) const {
    return static_cast<uint32_t>(&member - slots_.data());
  }

  /// Calls `visit(member, index)` for each member from `begin` to `end` on one level.
  template <class Visit>
  void each(uint32_t begin, uint32_t end, Visit visit) const {
    const Member* const first = slots_.data();
    const Member* const last = first + end;
    for (const Member* member = first + begin; member < last;) {
      visit(*member, static_cast<uint32_t>(member - first));
      // To read `next` of each would make every step wait for the last one's load.
      member = member->kind == Kind::object ? first + member->next : member + 1;
    }
  }

 private:
  friend class Walk;

  bool grow();

  uint32_t most_;
  std::vector<Member> slots_;  // beyond size_, and until they are written, those of lines before
  uint32_t size_ = 0;
  FieldSet fields_ = 0;
  std::string_view text_;
};

/// An element of an array.
struct Element {
  std::string_view value;
  Kind kind = Kind::null;
};

/// A text and where its tokens start: offsets from `base`, those of the text up to `end`.
struct Tokens {
  const char* base;
  const uint32_t* first;
  uint32_t begin;  ///< of the text, as an offset
  uint32_t end;
};

/// Scans texts one after the other; keeps its memory between them, but for that of a text beyond 1
/// MiB. One per thread.
class Scanner {
 public:
  /// `fields` are the keys that Member::field tells apart; they outlive the scanner. Deeper texts
  /// than `max_depth` levels are refused.
  explicit Scanner(const FieldIds& fields = kNoFields, size_t max_depth = kMaxRecordDepth)
      : fields_(&fields), max_depth_(max_depth) {}
  explicit Scanner(size_t max_depth) : Scanner(kNoFields, max_depth) {}

  /// Finds the tokens of many lines at once: that takes a third of the time that it takes line by
  /// line, for short lines a fifth. REQUIRES: until the next call, `lines` stays as it is, and a
  /// text within it that is scanned is a line, or a value of one. Finds no fault: where one line
  /// has one, each is looked at by itself.
  void expect(std::string_view lines);

  /// Cuts `text`, an object with blanks around it, into `members`. Fastest where they are those of
  /// a line with the same keys.
  Status object(std::string_view text, Members& members);
  /// Cuts `text`, an array with blanks around it, into `elements`: all are checked, and listed as
  /// long as they are no more than `most` and one.
  Status array(std::string_view text, std::vector<Element>& elements, size_t most = SIZE_MAX);

  /// Whether the last text had more than kMaxRecordDepth levels: it may hold records that have.
  bool was_deep() const { return was_deep_; }

  /// Frees the memory that is kept from text to text. What was expected is not any more.
  void give_back();

 private:
  static const FieldIds kNoFields;

  Status cut_object(std::string_view text, Members& members);
  Status cut_array(std::string_view text, std::vector<Element>& elements, size_t most);
  const char* find_tokens(std::string_view text, Tokens& tokens);
  const uint32_t* first_expected(uint32_t offset) const;

  const FieldIds* fields_;
  size_t max_depth_;
  bool was_deep_ = false;
  TokenIndex index_;           // of a text that was not expected
  std::string_view expected_;  // the lines that `expected_index_` is of; or empty
  TokenIndex expected_index_;
  const uint32_t* next_expected_ = nullptr;  // behind the last text that was scanned
};

}  // namespace pinpipe::json
