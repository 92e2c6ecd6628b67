// The median of many values without keeping them: percentile_disc(0.5), the least value that at
// least half of the values do not exceed.
//
// It is found byte by byte from the top, as a radix sort would: the values are gone through once
// for each byte in which they can differ, and counted by it. Whoever has the values offers them all
// in each round, for as long as there is one to come:
//
//   Median median(least, greatest);
//   do for (value : values) median.offer(value); while (median.next_round());
//
// A kilobyte, however many values.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace pinpipe::query {

class Median {
 public:
  /// REQUIRES: no value will be outside
  Median(int64_t least, int64_t greatest);

  void offer(int64_t value) {
    const uint64_t top = ordered(value) >> shift_;
    if (top >> digit_ == prefix_) ++counts_[top & kMostOfDigit >> (kDigit - digit_)];
  }

  /// Ends a round in which all values were offered, one at least. False: value() is known.
  bool next_round();

  /// REQUIRES: next_round() has said that it is known
  int64_t value() const { return static_cast<int64_t>(prefix_ ^ kSign); }

 private:
  static constexpr unsigned kDigit = 8;  // bits
  static constexpr uint64_t kMostOfDigit = 255;
  static constexpr uint64_t kSign = uint64_t{1} << 63;

  /// Unsigned numbers in the order of the values.
  static uint64_t ordered(int64_t value) { return static_cast<uint64_t>(value) ^ kSign; }
  void begin_digit(unsigned bits_left);

  bool is_first_round_ = true;
  uint64_t rank_ = 0;    // of the median among the values that start with prefix_, from 0
  uint64_t prefix_ = 0;  // what is known of it, from the top
  unsigned digit_ = 0;   // bits of the digit of this round; as many as are left, in the last
  unsigned shift_ = 0;   // bits behind it
  std::array<uint32_t, kMostOfDigit + 1> counts_{};  // there are fewer posts than 2^32
};

}  // namespace pinpipe::query
