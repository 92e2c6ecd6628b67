#include "clean/counts.h"

#include <iterator>

namespace pinpipe::clean {

void NameCounts::add(std::string_view name, uint64_t times) {
  if (name.size() > kLongestName) name = kOther;
  if (const auto found = counts_.find(name); found != counts_.end()) {
    found->second += times;
    return;
  }
  counts_.emplace(name, times);
  if (counts_.size() - counts_.count(kOther) <= most_) return;
  // The last one goes, not the new one: then it makes no difference in which order they come, and
  // in how many threads.
  auto last = std::prev(counts_.end());
  if (last->first == kOther) --last;
  const uint64_t others = last->second;
  counts_.erase(last);
  counts_[std::string(kOther)] += others;
}

void NameCounts::merge(const NameCounts& other) {
  for (const auto& [name, times] : other) add(name, times);
}

std::array<NameCounts, Counts::kMaxFields> Counts::make_misspelt() {
  std::array<NameCounts, kMaxFields> misspelt;
  misspelt.fill(NameCounts(kMaxMisspellings));
  return misspelt;
}

void Counts::merge(const Counts& other) {
  records += other.records;
  other_keys += other.other_keys;
  for (size_t i = 0; i < kMaxFields; ++i) {
    absent[i] += other.absent[i];
    nulled[i] += other.nulled[i];
    unreadable[i] += other.unreadable[i];
    misspelt[i].merge(other.misspelt[i]);
  }
  dropped.merge(other.dropped);
}

}  // namespace pinpipe::clean
