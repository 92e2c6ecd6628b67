#include "query/median.h"

#include <algorithm>
#include <bit>
#include <numeric>

namespace pinpipe::query {

Median::Median(int64_t least, int64_t greatest) {
  const auto bits = static_cast<unsigned>(std::bit_width(ordered(least) ^ ordered(greatest)));
  prefix_ = bits == 64 ? 0 : ordered(least) >> bits;
  begin_digit(bits);
}

bool Median::next_round() {
  if (is_first_round_) {
    rank_ = (std::accumulate(counts_.begin(), counts_.end(), uint64_t{0}) - 1) / 2;
    is_first_round_ = false;
  }
  uint64_t digit = 0;
  for (; rank_ >= counts_[digit]; ++digit) rank_ -= counts_[digit];
  prefix_ = prefix_ << digit_ | digit;
  const bool more = shift_ > 0;
  begin_digit(shift_);
  return more;
}

void Median::begin_digit(unsigned bits_left) {
  digit_ = std::min(kDigit, bits_left);
  shift_ = bits_left - digit_;
  counts_.fill(0);
}

}  // namespace pinpipe::query
