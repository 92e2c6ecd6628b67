// Text copied by words of 8 bytes, up to a byte that is to be seen.
//
// Between the escapes of a string are mostly a few bytes, too few for a call of memchr or memcpy.
// The last word that is copied reaches beyond the byte that was found, and is overwritten by what
// follows. Bytes of a word are marked by their high bits; a mark may be wrong behind one that is
// right, so only the first counts.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace pinpipe::ndjson {

constexpr size_t kWord = sizeof(uint64_t);
constexpr uint64_t kOnes = 0x0101010101010101;
constexpr uint64_t kHighBits = 0x80 * kOnes;

/// A word whose lowest byte is the first in memory.
inline uint64_t word_at(const char* at) {
  uint64_t word;
  std::memcpy(&word, at, kWord);
  return std::endian::native == std::endian::big ? __builtin_bswap64(word) : word;
}
inline uint64_t bytes_below(uint64_t word, uint8_t limit) {
  return (word - limit * kOnes) & ~word & kHighBits;
}
inline uint64_t bytes_that_are(uint64_t word, char c) {
  return bytes_below(word ^ static_cast<uint8_t>(c) * kOnes, 1);
}

/// Copies `text` to `out` up to the first byte that `mark` marks in a word; both move on. False:
/// there is none before the last few bytes, which are left.
template <class Mark>
bool copy_until(std::string_view& text, char*& out, Mark mark) {
  while (text.size() >= kWord) {
    std::memcpy(out, text.data(), kWord);
    const size_t clean = static_cast<size_t>(std::countr_zero(mark(word_at(text.data())))) / 8;
    text.remove_prefix(clean);
    out += clean;
    if (clean < kWord) return true;
  }
  return false;
}

}  // namespace pinpipe::ndjson
