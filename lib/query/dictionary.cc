#include "query/dictionary.h"

#include <bit>

namespace pinpipe::query {

uint32_t PairIds::find_or_add(const Pair& pair) {
  const bool is_small = pair.first < kSmall && pair.second < kSmall;
  return is_small ? add_small(pair) : find_or_add_large(pair);
}

uint32_t PairIds::add_small(const Pair& pair) {
  if (pair.first >= rows_.size()) rows_.resize(pair.first + size_t{1});
  auto& row = rows_[pair.first];
  if (pair.second >= row.size()) {
    const uint32_t size = std::bit_ceil(pair.second + 1);
    small_bytes_ += (size - row.size()) * sizeof(uint32_t);
    row.resize(size);
  }
  pairs_.push_back(pair);
  return row[pair.second] = count();
}

uint32_t PairIds::find_or_add_large(const Pair& pair) {
  const auto pair_of = [&](uint32_t known) { return pairs_[ids_of_large_[known - 1] - 1]; };
  const auto hash = [](const Pair& of) { return hash_of(uint64_t{of.first} << 32 | of.second); };
  const uint32_t id = large_.find_or_add(
      hash(pair), [&](uint32_t known) { return pair_of(known) == pair; },
      [&](uint32_t known) { return hash(pair_of(known)); });
  if (id > ids_of_large_.size()) {
    pairs_.push_back(pair);
    ids_of_large_.push_back(count());
  }
  return ids_of_large_[id - 1];
}

}  // namespace pinpipe::query
