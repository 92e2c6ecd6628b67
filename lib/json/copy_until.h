// Text copied by words of 8 bytes, up to a byte that is to be seen.
//
// Between the escapes of a string are mostly a few bytes, too few for a call of memchr or memcpy.
// The last word that is copied reaches beyond the byte that was found, and is overwritten by what
// follows.
#pragma once

#include <cstring>
#include <string_view>

#include "base/swar.h"

namespace pinpipe::json {

/// Copies `text` to `out` up to the first byte that `mark` marks in a word; both move on. False:
/// there is none before the last few bytes, which are left.
template <class Mark>
bool copy_until(std::string_view& text, char*& out, Mark mark) {
  while (text.size() >= kWord) {
    std::memcpy(out, text.data(), kWord);
    const size_t clean = bytes_before(mark(word_at(text.data())));
    text.remove_prefix(clean);
    out += clean;
    if (clean < kWord) return true;
  }
  return false;
}

}  // namespace pinpipe::json
