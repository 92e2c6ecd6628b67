#include "posts/builtin/groups.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace pinpipe::posts {

Groups::Groups(uint32_t places, const GroupSizes& sizes) {
  assert(places < 65536);
  group_of_.reserve(places);
  const auto exact_most = static_cast<uint32_t>(sizes.exact.size()) + 1;
  for (int rank = 1; group_of_.size() < places; ++rank) {
    const auto size =
        static_cast<uint32_t>(std::lround(sizes.largest * std::pow(rank, -sizes.exponent)));
    if (size <= exact_most) break;
    add(size, places);
  }
  for (uint32_t i = 0; i < sizes.exact.size(); ++i) {
    for (uint32_t n = 0; n < sizes.exact[i]; ++n) add(exact_most - i, places);
  }
  while (group_of_.size() < places) add(1, places);
}

void Groups::add(uint32_t size, uint32_t places) {
  size = std::min(size, places - static_cast<uint32_t>(group_of_.size()));
  if (size == 0) return;
  group_of_.insert(group_of_.end(), size, static_cast<uint16_t>(sizes_.size()));
  sizes_.push_back(static_cast<uint16_t>(size));
}

}  // namespace pinpipe::posts
