// Open addressing: from a hash to an id, which counts up from 1. What an id stands for is kept by
// the owner.
//
// A slot is 4 bytes and between 3/8 and 3/4 of them are taken: 5.3 to 10.7 bytes an id. Linear
// probing; the table doubles. An id in a table of 2^bits slots has fewer than `bits` bits: those
// above are a tag of its hash, so that what an id stands for, far away in memory, is looked at
// where it is very likely the one, and nearly never for those before it. 0 is no id.
#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace pinpipe::query {

class IdTable {
 public:
  static constexpr uint32_t kMaxIds = 3'000'000'000;  ///< 3/4 of 2^32 slots and some to spare

  /// The id among those added with `hash` for which `same(id)`, or a new one, the count so far
  /// plus 1. `hash_of` gives back the hash of an id, for when the table grows. REQUIRES: fewer
  /// than kMaxIds so far
  template <class Same, class HashOf>
  uint32_t find_or_add(uint64_t hash, Same same, HashOf hash_of) {
    if (count_ >= most_) grow(hash_of);
    const size_t mask = slots_.size() - 1;
    const uint32_t tag = tag_of(hash);
    size_t slot = hash & mask;
    for (; slots_[slot] != 0; slot = (slot + 1) & mask) {
      const uint32_t differs = slots_[slot] ^ tag;
      if (differs <= mask && same(differs)) return differs;
    }
    slots_[slot] = ++count_ | tag;
    return count_;
  }

  /// The id among those added with `hash` for which `same(id)`; 0 without.
  template <class Same>
  uint32_t find(uint64_t hash, Same same) const {
    if (slots_.empty()) return 0;
    const size_t mask = slots_.size() - 1;
    const uint32_t tag = tag_of(hash);
    for (size_t slot = hash & mask; slots_[slot] != 0; slot = (slot + 1) & mask) {
      const uint32_t differs = slots_[slot] ^ tag;
      if (differs <= mask && same(differs)) return differs;
    }
    return 0;
  }

  // For those who prefetch. They do so themselves: g++ 12 leaves out a call of a function that does
  // nothing else.

  /// Where find_or_add(hash) will look first.
  const void* slot_address(uint64_t hash) const {
    return slots_.empty() ? nullptr : &slots_[hash & (slots_.size() - 1)];
  }
  /// The id that find_or_add(hash) will look at first; 0 where it will look at none.
  uint32_t likely(uint64_t hash) const {
    if (slots_.empty()) return 0;
    const size_t mask = slots_.size() - 1;
    const uint32_t tag = tag_of(hash);
    for (size_t slot = hash & mask; slots_[slot] != 0; slot = (slot + 1) & mask) {
      if ((slots_[slot] ^ tag) <= mask) return slots_[slot] ^ tag;
    }
    return 0;
  }

  uint32_t count() const { return count_; }

  uint64_t memory() const { return slots_.size() * sizeof(uint32_t); }
  /// How much more it will take with `more` ids.
  uint64_t growth(uint64_t more) const {
    const uint64_t slots = slots_after(more);
    return slots > slots_.size() ? (slots - slots_.size()) * sizeof(uint32_t) : 0;
  }

 private:
  uint64_t slots_after(uint64_t more) const {
    uint64_t slots = slots_.empty() ? 1024 : slots_.size();
    while (4 * (count_ + more) > 3 * slots) slots *= 2;
    return slots;
  }

  /// The bits of `hash` that find no slot, above those of an id.
  uint32_t tag_of(uint64_t hash) const {
    return static_cast<uint32_t>(hash) & ~static_cast<uint32_t>(slots_.size() - 1);
  }

  template <class HashOf>
  void grow(HashOf hash_of) {
    assert(count_ < kMaxIds);
    const uint64_t size = slots_after(1);
    most_ = static_cast<uint32_t>(size / 4 * 3);
    slots_ = std::vector<uint32_t>();  // freed first: the ids are all that is needed to fill the
                                       // larger one
    slots_.resize(size);
    // Slots are far from each other, and most not in the cache: they are asked for some ids ahead.
    constexpr uint32_t kAhead = 16;
    std::array<uint64_t, kAhead> hashes;
    for (uint32_t id = 1; id <= count_ + kAhead; ++id) {
      if (id > kAhead) put(id - kAhead, hashes[id % kAhead]);
      if (id > count_) continue;
      hashes[id % kAhead] = hash_of(id);
      __builtin_prefetch(slot_address(hashes[id % kAhead]));
    }
  }

  void put(uint32_t id, uint64_t hash) {
    const size_t mask = slots_.size() - 1;
    size_t slot = hash & mask;
    while (slots_[slot] != 0) slot = (slot + 1) & mask;
    slots_[slot] = id | tag_of(hash);
  }

  std::vector<uint32_t> slots_;
  uint32_t count_ = 0;
  uint32_t most_ = 0;  // that the slots are enough for
};

}  // namespace pinpipe::query
