// One line of NDJSON, checked to the last byte and cut into members.
//
// A line that passes is a JSON object (RFC 8259): UTF-8, structure, literals, numbers, escapes (a
// \u half of a surrogate pair alone is refused, as in I-JSON, RFC 7493), no control byte in a
// string, nothing behind the object, at most kMaxDepth levels. What passes can be copied as
// bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ndjson/token_index.h"

namespace pinpipe::ndjson {

inline constexpr size_t kMaxDepth = 1024;  ///< levels of nesting; simdjson's and Jackson's order

/// Why a line is rejected: one line of text, for people.
struct Fault {
  std::string reason;
};
using Verdict = std::optional<Fault>;  ///< nothing: all is well

enum class Kind : uint8_t { null, boolean, number, string, object, array };

/// A member of an object, as views into the scanned text: valid as long as the text.
struct Member {
  std::string_view key;    ///< between the quotes, escapes as written
  std::string_view value;  ///< as written, a string with its quotes
  Kind kind = Kind::null;
  bool key_escaped = false;    ///< `key` has a backslash
  bool value_escaped = false;  ///< `value` is a string and has a backslash
  uint32_t next = 0;           ///< index of the next member of the same object
};

/// The members of a line: those of the object itself and, because a post is an object of objects,
/// those of each member that is an object, right behind it. Deeper ones are checked, not listed.
///
///   {"pin":{"index":1},"x":2}  ->  0 pin (next 2)   1 index (next 2)   2 x (next 3)
class Members {
 public:
  std::vector<Member> all;

  /// Calls `visit(member, index)` for each member from `begin` to `end` on one level.
  template <class Visit>
  void each(uint32_t begin, uint32_t end, Visit visit) const {
    for (uint32_t i = begin; i < end; i = all[i].next) visit(all[i], i);
  }
  uint32_t size() const { return static_cast<uint32_t>(all.size()); }
};

/// An element of an array.
struct Element {
  std::string_view value;
  Kind kind = Kind::null;
};

/// Whether `text` is a JSON number, to the last byte.
bool is_number(std::string_view text);

/// Scans texts one after the other; keeps its memory between them. One per thread.
class Scanner {
 public:
  /// Cuts `text`, an object with blanks around it, into `members`.
  Verdict object(std::string_view text, Members& members);
  /// Cuts `text`, an array with blanks around it, into `elements`.
  Verdict array(std::string_view text, std::vector<Element>& elements);

 private:
  TokenIndex index_;
};

}  // namespace pinpipe::ndjson
