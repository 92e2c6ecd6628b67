#include "query/median.h"

#include <algorithm>
#include <bit>

namespace pinpipe::query {

bool Median::next_round() {
  if (round_++ == 0) return begin();
  if (bits_left_ == 0) return false;  // it was known before others were
  uint64_t digit = 0;
  for (; rank_ >= counts_[digit]; ++digit) rank_ -= counts_[digit];
  prefix_ = prefix_ << digit_ | digit;
  bits_left_ -= digit_;
  return begin_digit();
}

bool Median::begin() {
  rank_ = (count_ - 1) / 2;
  bits_left_ = static_cast<unsigned>(std::bit_width(least_ ^ greatest_));
  prefix_ = bits_left_ == 64 ? 0 : least_ >> bits_left_;
  return begin_digit();
}

bool Median::begin_digit() {
  digit_ = std::min(kDigit, bits_left_);
  counts_.fill(0);
  return bits_left_ > 0;
}

}  // namespace pinpipe::query
