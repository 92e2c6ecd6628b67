// Eight bytes at once, in a register.
//
// Bytes of a word are marked by their high bits; a mark may be wrong behind one that is right, so
// only the first counts.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace pinpipe {

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
inline uint64_t bytes_no_digit(uint64_t word) {
  const uint64_t values = word ^ '0' * kOnes;  // of digits 0 to 9
  return ((values + (0x80 - 10) * kOnes) | values) & kHighBits;
}
/// How many bytes are in front of the first that is marked; kWord where none is.
inline size_t bytes_before(uint64_t marks) {
  return static_cast<size_t>(std::countr_zero(marks)) / 8;
}

}  // namespace pinpipe
