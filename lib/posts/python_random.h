// The random numbers of CPython's `random` module, to the last bit.
//
// Pipelines were written around `random.seed(100)`, so the same seed has to draw the same rows
// here. CPython promises this sequence for `random()` only, but seeding, getrandbits and _randbelow
// have drawn alike since Python 3.2. The generator is MT19937 (Matsumoto and Nishimura 1998); its
// seeding by array is theirs of 2002.
#pragma once

#include <array>
#include <cstdint>

namespace pinpipe::posts {

class PythonRandom {
 public:
  /// As after `random.seed(seed)`.
  explicit PythonRandom(uint64_t seed);

  /// `random.getrandbits(bits)`. REQUIRES: 1 <= bits <= 64
  uint64_t bits(int bits);

  /// `random.randrange(0, end)`, which is `random.randint(0, end - 1)`. REQUIRES: end > 0
  uint64_t below(uint64_t end);

  /// As below(one) and below(other) in turns, `turns` times, but more than twice as fast.
  /// REQUIRES: one and other > 0
  void skip(uint64_t turns, uint64_t one, uint64_t other);

 private:
  static constexpr int kWords = 624;

  void seed_with(uint32_t seed);
  void refill();
  uint32_t word() {
    if (next_ == kWords) refill();
    return tempered_[next_++];
  }

  std::array<uint32_t, kWords> state_;
  std::array<uint32_t, kWords> tempered_;  // a whole state at once, so that the loop is vector code
  int next_ = kWords;
};

}  // namespace pinpipe::posts
