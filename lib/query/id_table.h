// Open addressing: from a hash to an id, which counts up from 1. What an id stands for is kept by
// the owner.
//
// A slot is 4 bytes and between 3/8 and 3/4 of them are taken: 5.3 to 10.7 bytes an id. Linear
// probing; the table doubles. 0 is no id.
#pragma once

#include <cstdint>
#include <vector>

namespace pinpipe::query {

class IdTable {
 public:
  /// The id among those added with `hash` for which `same(id)`, or a new one, the count so far
  /// plus 1. `hash_of` gives back the hash of an id, for when the table grows.
  template <class Same, class HashOf>
  uint32_t find_or_add(uint64_t hash, Same same, HashOf hash_of) {
    if (2 * (count_ + uint64_t{1}) > slots_.size()) grow(hash_of);
    const size_t mask = slots_.size() - 1;
    size_t slot = hash & mask;
    for (; slots_[slot] != 0; slot = (slot + 1) & mask) {
      if (same(slots_[slot])) return slots_[slot];
    }
    return slots_[slot] = ++count_;
  }

  uint32_t count() const { return count_; }

 private:
  template <class HashOf>
  void grow(HashOf hash_of) {
    slots_ = std::vector<uint32_t>();  // freed first: the ids are all that is needed to fill the
                                       // larger one
    slots_.resize(size_t{1} << ++bits_);
    const size_t mask = slots_.size() - 1;
    for (uint32_t id = 1; id <= count_; ++id) {
      size_t slot = hash_of(id) & mask;
      while (slots_[slot] != 0) slot = (slot + 1) & mask;
      slots_[slot] = id;
    }
  }

  std::vector<uint32_t> slots_;
  uint32_t count_ = 0;
  unsigned bits_ = 9;
};

}  // namespace pinpipe::query
