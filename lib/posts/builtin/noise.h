// Numbers that look random and are a pure function of a key, the same on every machine.
//
// The source of the built-in table: whatever is drawn for a row is drawn from the key of that row,
// so that rows need no order. The mixing is SplitMix64 (Steele, Lea and Flood 2014). No floating
// point.
#pragma once

#include <cassert>
#include <cstdint>
#include <vector>

namespace pinpipe::posts {

inline constexpr uint64_t kGoldenRatio =
    0x9e3779b97f4a7c15u;  // 2^64 / phi: keys one apart end far apart

inline constexpr uint64_t mixed(uint64_t key) {
  key = (key ^ (key >> 30)) * 0xbf58476d1ce4e5b9u;
  key = (key ^ (key >> 27)) * 0x94d049bb133111ebu;
  return key ^ (key >> 31);
}

/// The key of thing `number` of the kind `key`.
inline constexpr uint64_t key_of(uint64_t key, uint64_t number) {
  return mixed(key ^ mixed((number + 1) * kGoldenRatio));
}

class Noise {
 public:
  explicit constexpr Noise(uint64_t key) : state_(key) {}

  constexpr uint64_t next() { return mixed(state_ += kGoldenRatio); }
  /// A number below `end`, evenly but for a part in 2^32. REQUIRES: end > 0
  constexpr uint32_t below(uint32_t end) {
    assert(end > 0);
    return static_cast<uint32_t>(((next() >> 32) * end) >> 32);
  }
  /// True `of_1000` times in a thousand.
  constexpr bool chance(uint32_t of_1000) { return below(1000) < of_1000; }

 private:
  uint64_t state_;
};

/// One of `from`. REQUIRES: !from.empty()
template <class T>
const T& pick(Noise& noise, const std::vector<T>& from) {
  assert(!from.empty());
  return from[noise.below(static_cast<uint32_t>(from.size()))];
}

}  // namespace pinpipe::posts
