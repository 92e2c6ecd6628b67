// A shuffle of 0 … size-1 that needs no table: where one number goes is a pure function of it.
//
// With it a table of so many rows has every kind of row exactly as often as it should, and still no
// row needs to know of another. The idea is a Feistel network: cut the number into halves, and
// change each half by a scrambling of the other, which can be undone whatever the scrambling is. It
// shuffles a power of four; a number that lands behind `size` is shuffled again until it does not
// (cycle walking, Black and Rogaway 2002).
#pragma once

#include <bit>
#include <cassert>
#include <cstdint>

#include "posts/builtin/noise.h"

namespace pinpipe::posts {

class Shuffle {
 public:
  /// REQUIRES: 1 < size <= 2^30
  constexpr Shuffle(uint32_t size, uint64_t key)
      : size_(size), half_bits_((static_cast<int>(std::bit_width(size - 1)) + 1) / 2), key_(key) {
    assert(1 < size && size <= 1u << 30);
  }

  /// Where `number` goes in shuffle `which`. REQUIRES: number < size
  constexpr uint32_t at(uint32_t number, uint64_t which) const {
    assert(number < size_);
    const uint64_t key = key_of(key_, which);
    do number = rounds(number, key);
    while (number >= size_);
    return number;
  }

 private:
  static constexpr int kRounds = 4;

  constexpr uint32_t rounds(uint32_t number, uint64_t key) const {
    const uint32_t mask = (1u << half_bits_) - 1;
    uint32_t left = number >> half_bits_;
    uint32_t right = number & mask;
    for (int i = 0; i < kRounds; ++i) {
      const auto round_key = static_cast<uint32_t>(key >> (16 * i)) & 0xffff;
      uint32_t scrambled = (right + (round_key << half_bits_) + 1) * 0x9e3779b1u;
      scrambled = (scrambled ^ (scrambled >> 15)) * 0x85ebca77u;
      const uint32_t changed = left ^ ((scrambled >> 13) & mask);
      left = right;
      right = changed;
    }
    return left << half_bits_ | right;
  }

  uint32_t size_;
  int half_bits_;
  uint64_t key_;
};

}  // namespace pinpipe::posts
