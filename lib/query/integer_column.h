// A column of integers that takes no more bytes than its values need.
//
// It is kept in chunks, and each chunk is as wide as its widest value: 0 to 8 bytes a value. So a
// category of a few takes one byte, a follower_count up to 16 million three, and a column that
// nobody fills next to nothing. Chunks never move; one that gets a wider value is copied. Values
// start as the lowest one; those below it are right too, but take 8 bytes.
#pragma once

#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

namespace pinpipe::query {

class IntegerColumn {
 public:
  static constexpr size_t kRun = 1024;          ///< that many values are read at once
  static constexpr size_t kInChunk = 8 * kRun;  ///< room is made for so many

  explicit IntegerColumn(int64_t lowest = 0) : lowest_(static_cast<uint64_t>(lowest)) {}

  /// Makes room for `size` values.
  void grow(size_t size) {
    while (chunks_.size() * kInChunk < size) add_chunk();
  }

  /// REQUIRES: room for it
  int64_t operator[](size_t at) const {
    assert(at < chunks_.size() * kInChunk);
    const Chunk& chunk = chunks_[at / kInChunk];
    uint64_t word;
    std::memcpy(&word, chunk.bytes.get() + at % kInChunk * chunk.width, sizeof word);
    return static_cast<int64_t>((word & chunk.mask) + lowest_);
  }
  /// Where a value is, to prefetch it.
  const void* address(size_t at) const {
    const Chunk& chunk = chunks_[at / kInChunk];
    return chunk.bytes.get() + at % kInChunk * chunk.width;
  }

  /// The values at [begin, begin + count). REQUIRES: they are within one run of kRun, which starts
  /// at a multiple of it
  void read(size_t begin, size_t count, int64_t* to) const {
    assert(begin % kRun + count <= kRun && begin + count <= chunks_.size() * kInChunk);
    const Chunk& chunk = chunks_[begin / kInChunk];
    const char* place = chunk.bytes.get() + begin % kInChunk * chunk.width;
    for (size_t i = 0; i < count; ++i, place += chunk.width) {
      uint64_t word;
      std::memcpy(&word, place, sizeof word);
      to[i] = static_cast<int64_t>((word & chunk.mask) + lowest_);
    }
  }
  /// REQUIRES: room for it
  void set(size_t at, int64_t value) {
    assert(at < chunks_.size() * kInChunk);
    Chunk& chunk = chunks_[at / kInChunk];
    const uint64_t above = static_cast<uint64_t>(value) - lowest_;
    if (above > chunk.mask) widen(chunk, above);
    put(chunk, at % kInChunk, above);
  }

  uint64_t memory() const { return memory_; }

 private:
  // A value is read and written as a whole word, of which only the low bytes are its own.
  static_assert(std::endian::native == std::endian::little);

  struct Chunk {
    std::unique_ptr<char[]> bytes;
    uint64_t mask = 0;  // the largest value that fits
    uint32_t width = 0;
  };

  static void put(Chunk& chunk, size_t at, uint64_t value) {
    char* const place = chunk.bytes.get() + at * chunk.width;
    uint64_t word;
    std::memcpy(&word, place, sizeof word);
    word = (word & ~chunk.mask) | value;
    std::memcpy(place, &word, sizeof word);
  }
  static Chunk chunk_of(uint32_t width);
  static size_t size_of(uint32_t width) { return kInChunk * width + sizeof(uint64_t); }
  void add_chunk();
  void widen(Chunk& chunk, uint64_t value);

  std::vector<Chunk> chunks_;
  uint64_t lowest_;
  uint64_t memory_ = 0;
};

}  // namespace pinpipe::query
