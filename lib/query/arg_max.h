// A greatest value and all who have it: arg max with ties.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "query/measures.h"

namespace pinpipe::query {

class ArgMax {
 public:
  /// Whether nothing was offered.
  bool empty() const { return who_.empty(); }
  /// Whether `value` is not less than the greatest.
  bool wants(int64_t value) const { return who_.empty() || value >= max_; }

  void offer(int64_t value, uint32_t name) {
    if (!wants(value)) return;
    if (who_.empty() || value > max_) {
      max_ = value;
      who_.clear();
    }
    if (!who_.empty() && who_.back() == name) return;
    if (who_.size() == who_.capacity()) make_room();
    who_.push_back(name);
  }

  int64_t max() const { return max_; }
  template <class Archive>
  void visit(Archive& archive) {
    archive(max_, who_);
  }
  /// Each once, in no order of meaning; empty where nothing was offered.
  std::vector<uint32_t> who() const {
    auto who = who_;
    drop_repeated(who);
    return who;
  }

 private:
  /// A poster with the most followers may be offered a million times.
  void make_room() {
    drop_repeated(who_);
    if (2 * who_.size() >= who_.capacity()) who_.reserve(2 * who_.capacity() + 1);
  }
  static void drop_repeated(std::vector<uint32_t>& who) {
    std::sort(who.begin(), who.end());
    who.erase(std::unique(who.begin(), who.end()), who.end());
  }

  int64_t max_ = 0;
  std::vector<uint32_t> who_;
};

/// Calls `figure(label, value)` for those who have the greatest value, in order.
template <class AddFigure>
void each_label(const ArgMax& greatest, const Dictionary& labels, AddFigure figure) {
  std::vector<Value> in_order;
  for (const uint32_t id : greatest.who()) in_order.push_back(value_of(labels, id));
  std::ranges::sort(in_order);
  for (Value& label : in_order) figure(std::move(label), Integer{greatest.max()});
}

}  // namespace pinpipe::query
