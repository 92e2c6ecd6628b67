// An object of a scanned text, as something to look for members in.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/scanner.h"

namespace pinpipe::json {

/// The members [begin, end) of a Members, and the text that they are of. Valid as long as both.
struct ObjectView {
  bool present = false;
  uint32_t begin = 0;
  uint32_t end = 0;
  std::string_view text;  ///< braces included
};

/// The object that was scanned into `members`.
inline ObjectView whole_object(const Members& members) {
  return {true, 0, members.size(), members.text()};
}

/// The object that `member` is. REQUIRES: `member` is of the first level of `members`, whose text
/// is an object.
ObjectView object_in(const Member& member, const Members& members);

/// Whether `member` has the key `name`, however it is escaped.
bool key_is(const Member& member, std::string_view name);

/// The last member of `object` named `name`, or that is `field` of the scanner's; nullptr without.
/// Escaped spellings of the key count.
const Member* find_member(const Members& members, const ObjectView& object, std::string_view name);
const Member* find_member(const Members& members, const ObjectView& object, FieldId field);

/// Whether `object` has no blanks between its tokens, as far as that is seen without reading its
/// text: records mostly have none, and then their text can be used as it is. False: it may have
/// some.
bool is_surely_compact(const ObjectView& object, const Members& members);

// ---- object ----
//
// A JSON object that is no record, and a way to ask for its members: replies of servers, files of
// our own.

class Object {
 public:
  /// Whether `text` is one; it must outlive what is asked. Another one may be read after it.
  bool read(std::string_view text);

  /// The last member of that key. Nothing where it is null, too: some servers write
  /// "ErrorCode":null.
  const Member* find(std::string_view key) const;
  /// The text of the first of `keys` that is a string or a number; "" without.
  std::string text(std::initializer_list<std::string_view> keys) const;
  std::optional<int64_t> integer(std::string_view key) const;
  std::optional<double> number(std::string_view key) const;
  /// Lists what is in the array `key`, up to `most` and one. Whether there is one.
  bool list(std::string_view key, std::vector<Element>& elements, size_t most = SIZE_MAX) const;

  /// Calls `visit(key, value)` with each member, whatever it is; keys are unescaped.
  template <class Visit>
  void each(Visit visit) const {
    members_.each(0, members_.size(),
                  [&](const Member& member, uint32_t) { visit(key_of(member), member); });
  }

 private:
  static std::string key_of(const Member& member);

  Scanner scanner_;
  Members members_;
  mutable Scanner list_scanner_;
};

/// The text of a value that is a string; "" of another.
std::string text_of(std::string_view value, Kind kind);

}  // namespace pinpipe::json
