// The median of many values without keeping them: percentile_disc(0.5), the least value that at
// least half of the values do not exceed.
//
// It is found digit by digit from the top, as a radix sort would: the values are gone through
// again for each byte in which they differ, and counted by that byte. Whoever has the values
// offers them all in each round, for as long as there is one to come:
//
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
  void offer(int64_t value) {
    const uint64_t bits = ordered(value);
    if (round_ == 0) {
      least_ = bits < least_ ? bits : least_;
      greatest_ = bits > greatest_ ? bits : greatest_;
      ++count_;
    } else if (const uint64_t top = bits >> (bits_left_ - digit_);  // this digit is its end
               digit_ > 0 && top >> digit_ == prefix_) {
      ++counts_[top & ((1u << digit_) - 1)];
    }
  }

  /// Ends a round in which all values were offered. False: value() is known.
  bool next_round();

  /// REQUIRES: a value was offered, and next_round() has said that it is known
  int64_t value() const { return static_cast<int64_t>(prefix_ ^ kSign); }

 private:
  static constexpr unsigned kDigit = 8;  // bits at most
  static constexpr uint64_t kSign = uint64_t{1} << 63;

  /// Unsigned numbers in the order of the values.
  static uint64_t ordered(int64_t value) { return static_cast<uint64_t>(value) ^ kSign; }
  bool begin();
  bool begin_digit();

  unsigned round_ = 0;
  uint64_t least_ = UINT64_MAX;
  uint64_t greatest_ = 0;
  uint64_t count_ = 0;
  uint64_t rank_ = 0;       // of the median among the values that start with prefix_, from 0
  uint64_t prefix_ = 0;     // the digits that are known
  unsigned bits_left_ = 0;  // behind them
  unsigned digit_ = 0;      // bits of the digit of this round
  std::array<uint32_t, size_t{1} << kDigit> counts_{};  // there are fewer posts than 2^32
};

}  // namespace pinpipe::query
