// An object of a scanned text, as something to look for members in.
#pragma once

#include <cstdint>
#include <string_view>

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
ObjectView whole_object(const Members& members);

/// The object that `member` is. REQUIRES: `member` is of the first level of `members`, whose text
/// is an object.
ObjectView object_in(const Member& member, const Members& members);

/// Whether `member` has the key `name`, however it is escaped.
bool key_is(const Member& member, std::string_view name);

/// The last member of `object` named `name`, or that is `field` of the scanner's; nullptr without.
/// Escaped spellings of the key count.
const Member* find_member(const Members& members, const ObjectView& object, std::string_view name);
const Member* find_member(const Members& members, const ObjectView& object, FieldId field);

}  // namespace pinpipe::json
