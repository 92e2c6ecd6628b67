#include "query/text_ids.h"

#include <cassert>
#include <cstring>

namespace pinpipe::query {
namespace {

/// Sizes are written seven bits a byte, the lowest first; all but the last byte have the top bit.
size_t bytes_of_size(uint64_t size) {
  size_t bytes = 1;
  for (; size >= 0x80; size >>= 7) ++bytes;
  return bytes;
}

char* write_size(uint64_t size, char* to) {
  for (; size >= 0x80; size >>= 7) *to++ = static_cast<char>(size | 0x80);
  *to++ = static_cast<char>(size);
  return to;
}

std::string_view read_text(const char* from) {
  uint64_t size = 0;
  unsigned shift = 0;
  for (; (*from & 0x80) != 0; shift += 7) size |= uint64_t(*from++ & 0x7F) << shift;
  size |= uint64_t(*from++) << shift;
  return {from, size};
}

}  // namespace

TextId TextIds::id_of(std::string_view bytes, uint32_t hash) {
  assert(hash == hash_of(bytes) && bytes.size() <= UINT32_MAX);
  const TextId known = ids_.count();
  const TextId id = ids_.find_or_add(
      hash, [&](TextId other) { return text(other) == bytes; },
      [&](TextId other) { return hash_of(text(other)); });
  if (id > known) keep(bytes);
  return id;
}

std::string_view TextIds::text(TextId id) const {
  assert(id != kNull);
  return read_text(address(id));
}

void TextIds::keep(std::string_view text) {
  const uint64_t place = place_for(bytes_of_size(text.size()) + text.size());
  places_.grow(count());
  places_.set(count() - 1, static_cast<int64_t>(place));
  char* const begin = write_size(text.size(), blocks_[place >> kBlockBits].get() + place % kBlock);
  if (!text.empty()) std::memcpy(begin, text.data(), text.size());
}

uint64_t TextIds::place_for(uint64_t size) {
  if (size > kBlock / 8) return add_block(size);  // of its own: what is free of the open one stays
  if (size > free_) {
    end_ = add_block(kBlock);
    free_ = kBlock;
  }
  const uint64_t place = end_;
  end_ += size;
  free_ -= size;
  return place;
}

uint64_t TextIds::add_block(uint64_t size) {
  blocks_.push_back(std::make_unique_for_overwrite<char[]>(size));
  block_memory_ += size;
  return (blocks_.size() - 1) << kBlockBits;
}

}  // namespace pinpipe::query
