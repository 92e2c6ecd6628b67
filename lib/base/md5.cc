#include "base/md5.h"

#include <bit>
#include <cmath>
#include <string>

namespace pinpipe {
namespace {

using Words = std::array<uint32_t, 4>;
constexpr size_t kChunk = 64;

/// The RFC's table T: the first 32 bits behind the point of |sin(i + 1)|, i in radians.
std::array<uint32_t, 64> make_sines() {
  std::array<uint32_t, 64> sines{};
  for (size_t i = 0; i < sines.size(); ++i) {
    sines[i] = static_cast<uint32_t>(
        std::floor(std::fabs(std::sin(static_cast<double>(i + 1))) * 4294967296.0));
  }
  return sines;
}

uint32_t word_at(const char* bytes) {
  uint32_t word = 0;
  for (int i = 3; i >= 0; --i) word = word << 8 | static_cast<uint8_t>(bytes[i]);
  return word;
}

void add_chunk(const char* chunk, Words& state) {
  static const auto kSines = make_sines();
  static constexpr int kShifts[4][4] = {
      {7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
  auto [a, b, c, d] = state;
  for (uint32_t i = 0; i < 64; ++i) {
    const uint32_t round = i / 16;
    const uint32_t mixes[4] = {(b & c) | (~b & d), (d & b) | (~d & c), b ^ c ^ d, c ^ (b | ~d)};
    const uint32_t words[4] = {i, 5 * i + 1, 3 * i + 5, 7 * i};
    const uint32_t sum = a + mixes[round] + kSines[i] + word_at(chunk + 4 * (words[round] % 16));
    a = d;
    d = c;
    c = b;
    b += std::rotl(sum, kShifts[round][i % 4]);
  }
  state = {state[0] + a, state[1] + b, state[2] + c, state[3] + d};
}

/// The last, incomplete chunk with the RFC's padding: a one bit, zeros, and the length in bits.
std::string padded(std::string_view tail, uint64_t all_bytes) {
  std::string chunks(tail);
  chunks += '\x80';
  while (chunks.size() % kChunk != kChunk - 8) chunks += '\0';
  for (int shift = 0; shift < 64; shift += 8) chunks += static_cast<char>(all_bytes * 8 >> shift);
  return chunks;
}

}  // namespace

std::array<uint8_t, 16> md5(std::string_view bytes) {
  Words state{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  const size_t whole = bytes.size() / kChunk * kChunk;
  for (size_t at = 0; at < whole; at += kChunk) add_chunk(bytes.data() + at, state);
  const auto rest = padded(bytes.substr(whole), bytes.size());
  for (size_t at = 0; at < rest.size(); at += kChunk) add_chunk(rest.data() + at, state);
  std::array<uint8_t, 16> digest{};
  for (size_t i = 0; i < digest.size(); ++i)
    digest[i] = static_cast<uint8_t>(state[i / 4] >> (8 * (i % 4)));
  return digest;
}

}  // namespace pinpipe
