// A greatest value and all who have it: arg max with ties.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "query/text_ids.h"

namespace pinpipe::query {

class ArgMax {
 public:
  void offer(int64_t value, TextId name) {
    if (!who_.empty() && value < max_) return;
    if (who_.empty() || value > max_) {
      max_ = value;
      who_.clear();
    }
    if (who_.size() == who_.capacity()) make_room();
    who_.push_back(name);
  }

  int64_t max() const { return max_; }
  /// Each once, in no order of meaning; empty where nothing was offered.
  const std::vector<TextId>& who() {
    drop_repeated();
    return who_;
  }

 private:
  /// A poster with the most followers may be offered a million times.
  void make_room() {
    drop_repeated();
    if (2 * who_.size() >= who_.capacity()) who_.reserve(2 * who_.capacity() + 1);
  }
  void drop_repeated() {
    std::sort(who_.begin(), who_.end());
    who_.erase(std::unique(who_.begin(), who_.end()), who_.end());
  }

  int64_t max_ = 0;
  std::vector<TextId> who_;
};

}  // namespace pinpipe::query
