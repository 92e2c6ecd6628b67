// Hashes of what tables are keyed by, and of what is to be found again.
//
// Those of tables are made of wide multiplications, whose halves are folded together: a text of up
// to 16 bytes, which names, countries and categories are, takes two of them and no loop. std::hash
// is a call that goes byte by byte through the tail, and took a tenth of the time of a question.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace pinpipe {

/// All bits of `a` and `b` in each bit of the result.
inline uint64_t folded_product(uint64_t a, uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

inline uint64_t hash_of(uint64_t number) {
  return folded_product(number ^ 0x9e3779b97f4a7c15ULL, 0xd6e8feb86659fd93ULL);
}

inline uint32_t hash_of(std::string_view text) {
  constexpr uint64_t kFirst = 0xa0761d6478bd642fULL;  // odd, as many ones as zeros
  constexpr uint64_t kSecond = 0xe7037ed1a0b428dbULL;
  const auto word = [&]<class Word>(Word value, size_t at) {
    std::memcpy(&value, text.data() + at, sizeof value);
    return uint64_t{value};
  };
  const size_t size = text.size();
  uint64_t hash = kFirst ^ size;
  size_t at = 0;
  for (; size - at > 16; at += 16) {
    hash = folded_product(word(uint64_t(), at) ^ kSecond, word(uint64_t(), at + 8) ^ hash);
  }
  const size_t rest = size - at;
  uint64_t head = 0;
  uint64_t tail = 0;  // overlaps `head` where there are not enough bytes for both
  if (rest >= 8) {
    head = word(uint64_t(), at);
    tail = word(uint64_t(), size - 8);
  } else if (rest >= 4) {
    head = word(uint32_t(), at);
    tail = word(uint32_t(), size - 4);
  } else if (rest > 0) {
    head = word(uint8_t(), at) << 16 | word(uint8_t(), at + rest / 2) << 8;
    tail = word(uint8_t(), size - 1);
  }
  return static_cast<uint32_t>(folded_product(folded_product(head ^ kSecond, tail ^ hash), kFirst));
}

/// 64-bit FNV-1a, for what outlives a run: names of files, keys of records. Always the same, well
/// spread, and easily had in any language.
inline uint64_t fnv1a(std::string_view bytes) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : bytes) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  return hash;
}

}  // namespace pinpipe
