#include "query/ind_set.h"

#include <cassert>
#include <numeric>
#include <stdexcept>

namespace pinpipe::query {

Datasets IndSet::find(int64_t ind) const {
  if (!is_small(ind)) {
    const auto found = large_.find(ind);
    return found == large_.end() ? Datasets{0} : found->second;
  }
  for (Datasets datasets = kAllDatasets; datasets > 0; --datasets) {
    if (counts_[datasets] > 0 && small_[datasets].contains(static_cast<uint32_t>(ind))) {
      return datasets;
    }
  }
  return 0;
}

void IndSet::set(int64_t ind, Datasets had, Datasets datasets) {
  assert(find(ind) == had);
  if (had == datasets) return;
  if (had != 0) --counts_[had];
  if (datasets != 0) ++counts_[datasets];
  if (is_small(ind)) {
    const auto small = static_cast<uint32_t>(ind);
    if (had != 0) small_[had].remove(small);
    if (datasets != 0) small_[datasets].add(small);
  } else if (datasets == 0) {
    large_.erase(ind);
  } else {
    large_[ind] = datasets;
  }
}

std::string IndSet::bytes_of(const Roaring& bitmap) {
  std::string bytes(bitmap.getSizeInBytes(), ' ');
  bitmap.write(bytes.data());
  return bytes;
}

bool IndSet::read(const std::string& bytes, Roaring& bitmap) {
  try {
    bitmap = Roaring::readSafe(bytes.data(), bytes.size());
    return true;
  } catch (const std::runtime_error&) {
    return false;
  }
}

uint64_t IndSet::memory() const {
  constexpr uint64_t kBytesOfLarge = 40;  // a node of the map, and its bucket
  const uint64_t count = std::accumulate(counts_.begin(), counts_.end(), uint64_t{0});
  if (count > measured_at_ + measured_at_ / 16 + 4096) {
    measured_at_ = count;
    measured_ = 0;
    for (const auto& bitmap : small_) measured_ += bitmap.getSizeInBytes(false);
  }
  return measured_ + large_.size() * kBytesOfLarge;
}

}  // namespace pinpipe::query
