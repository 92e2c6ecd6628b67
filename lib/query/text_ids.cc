#include "query/text_ids.h"

#include <cstring>

namespace pinpipe::query {

TextId TextIds::id_of(const Text& text) {
  if (text.is_null) return kNull;
  const auto hash = static_cast<uint32_t>(text.hash);
  const TextId id = ids_.find_or_add(
      hash,
      [&](TextId known) {
        const Kept& kept = texts_[known - 1];
        return kept.hash == hash && std::string_view(kept.bytes, kept.size) == text.bytes;
      },
      [&](TextId known) { return texts_[known - 1].hash; });
  if (id > texts_.size()) {
    texts_.push_back({keep(text.bytes), static_cast<uint32_t>(text.bytes.size()), hash});
  }
  return id;
}

const char* TextIds::keep(std::string_view bytes) {
  constexpr size_t kBlock = 64 * 1024;
  if (bytes.empty()) return "";  // memcpy may not be given the null of no block
  if (bytes.size() > free_size_) {
    if (bytes.size() >
        kBlock / 8) {  // a block of its own: what is free of the current one stays in use
      blocks_.push_back(std::make_unique_for_overwrite<char[]>(bytes.size()));
      std::memcpy(blocks_.back().get(), bytes.data(), bytes.size());
      return blocks_.back().get();
    }
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(kBlock));
    free_ = blocks_.back().get();
    free_size_ = kBlock;
  }
  char* const kept = free_;
  std::memcpy(kept, bytes.data(), bytes.size());
  free_ += bytes.size();
  free_size_ -= bytes.size();
  return kept;
}

}  // namespace pinpipe::query
