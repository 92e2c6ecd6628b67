// The rows of a table divided among those they belong to: a few have many, most have one.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace pinpipe::posts {

/// How many members groups have: the one of rank r (1, 2, …) has largest · r^-exponent, rounded, as
/// long as these are more than `exact` says; then there are exact[0] groups of exact.size() + 1
/// members, exact[1] of one less, and so on; then groups of one.
struct GroupSizes {
  double largest;
  double exponent;
  std::span<const uint32_t> exact;
};

class Groups {
 public:
  /// Divides places 0 … places-1. REQUIRES: places < 65536
  Groups(uint32_t places, const GroupSizes& sizes);

  /// The group of a place; groups are numbered from the largest, and neighbours are alike.
  uint32_t of(uint32_t place) const { return group_of_[place]; }
  uint32_t size(uint32_t group) const { return sizes_[group]; }
  uint32_t count() const { return static_cast<uint32_t>(sizes_.size()); }

 private:
  void add(uint32_t size, uint32_t places);

  std::vector<uint16_t> group_of_;
  std::vector<uint16_t> sizes_;
};

}  // namespace pinpipe::posts
