#include "query/integer_column.h"

namespace pinpipe::query {

IntegerColumn::Chunk IntegerColumn::chunk_of(uint32_t width) {
  const uint64_t mask = width == 0 ? 0 : UINT64_MAX >> (64 - 8 * width);
  return {std::make_unique<char[]>(size_of(width)), mask, width};
}

void IntegerColumn::add_chunk() {
  chunks_.push_back(chunk_of(0));
  memory_ += size_of(0) + sizeof(Chunk);
}

void IntegerColumn::widen(Chunk& chunk, uint64_t value) {
  Chunk wider = chunk_of(static_cast<uint32_t>(std::bit_width(value) + 7) / 8);
  for (size_t at = 0; chunk.width > 0 && at < kInChunk; ++at) {
    uint64_t word;
    std::memcpy(&word, chunk.bytes.get() + at * chunk.width, sizeof word);
    put(wider, at, word & chunk.mask);
  }
  memory_ += size_of(wider.width) - size_of(chunk.width);
  chunk = std::move(wider);
}

}  // namespace pinpipe::query
