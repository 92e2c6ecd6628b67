#include "posts/python_random.h"

#include <bit>
#include <cassert>

namespace pinpipe::posts {
namespace {

constexpr int kShift = 397;

uint32_t twist(uint32_t high, uint32_t low, uint32_t far) {
  const uint32_t mixed = (high & 0x80000000u) | (low & 0x7fffffffu);
  return far ^ (mixed >> 1) ^ (-(mixed & 1u) & 0x9908b0dfu);
}

uint32_t temper(uint32_t word) {
  word ^= word >> 11;
  word ^= (word << 7) & 0x9d2c5680u;
  word ^= (word << 15) & 0xefc60000u;
  return word ^ (word >> 18);
}

}  // namespace

PythonRandom::PythonRandom(uint64_t seed) {
  // init_by_array with the 32-bit digits of the seed, the lowest first; 0 has one digit.
  const std::array<uint32_t, 2> key{static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)};
  const uint32_t digits = key[1] == 0 ? 1 : 2;
  seed_with(19650218u);
  int at = 1;
  uint32_t digit = 0;
  const auto before = [&] { return state_[at - 1] ^ (state_[at - 1] >> 30); };
  const auto step = [&] {
    if (++at < kWords) return;
    state_[0] = state_[kWords - 1];
    at = 1;
  };
  for (int i = 0; i < kWords; ++i) {
    state_[at] = (state_[at] ^ (before() * 1664525u)) + key[digit] + digit;
    digit = (digit + 1) % digits;
    step();
  }
  for (int i = 0; i < kWords - 1; ++i) {
    state_[at] = (state_[at] ^ (before() * 1566083941u)) - static_cast<uint32_t>(at);
    step();
  }
  state_[0] = 0x80000000u;
}

void PythonRandom::seed_with(uint32_t seed) {
  state_[0] = seed;
  for (uint32_t i = 1; i < kWords; ++i) {
    state_[i] = 1812433253u * (state_[i - 1] ^ (state_[i - 1] >> 30)) + i;
  }
}

void PythonRandom::refill() {
  auto& s = state_;
  for (int i = 0; i < kWords - kShift; ++i) s[i] = twist(s[i], s[i + 1], s[i + kShift]);
  for (int i = kWords - kShift; i < kWords - 1; ++i) {
    s[i] = twist(s[i], s[i + 1], s[i + kShift - kWords]);
  }
  s[kWords - 1] = twist(s[kWords - 1], s[0], s[kShift - 1]);
  for (int i = 0; i < kWords; ++i) tempered_[i] = temper(s[i]);
  next_ = 0;
}

uint64_t PythonRandom::bits(int bits) {
  assert(bits >= 1 && bits <= 64);
  if (bits <= 32) return word() >> (32 - bits);
  const uint64_t low = word();
  return low | (uint64_t{word()} >> (64 - bits) << 32);
}

uint64_t PythonRandom::below(uint64_t end) {
  assert(end > 0);
  // As many bits as `end` itself has: an `end` of 2 takes two bits, and throws half of them away.
  const auto width = static_cast<int>(std::bit_width(end));
  uint64_t drawn = bits(width);
  while (drawn >= end) drawn = bits(width);
  return drawn;
}

void PythonRandom::skip(uint64_t turns, uint64_t one, uint64_t other) {
  assert(one > 0 && other > 0);
  const auto one_width = static_cast<int>(std::bit_width(one));
  const auto other_width = static_cast<int>(std::bit_width(other));
  if (one_width > 32 || other_width > 32) {
    for (; turns > 0; --turns) below(one), below(other);
    return;
  }
  // Whether a number is taken or thrown away cannot be foreseen, so a branch on it would cost more
  // than all else: both cases are worked out for every word.
  bool at_other = false;
  while (turns > 0) {
    const uint32_t drawn = word();
    const bool one_taken = drawn >> (32 - one_width) < one;
    const bool other_taken = drawn >> (32 - other_width) < other;
    turns -= at_other & other_taken;
    at_other = (one_taken & !at_other) | (!other_taken & at_other);
  }
}

}  // namespace pinpipe::posts
