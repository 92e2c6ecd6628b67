#include "delivery/schedule.h"

#include <algorithm>

namespace pinpipe::delivery {

void Schedule::put(Lane& lane, Place& place, http::TimePoint at, http::TimePoint now) {
  remove(place);
  // A time that has passed is as good as now: else a lane could stay before all others.
  place = {std::max(at, now), number_++};
  lanes_.emplace(*place, &lane);
}

void Schedule::remove(Place& place) {
  if (place) lanes_.erase(*place);
  place.reset();
}

Lane* Schedule::first(http::TimePoint now) const {
  return lanes_.empty() || lanes_.begin()->first.first > now ? nullptr : lanes_.begin()->second;
}

std::optional<http::TimePoint> Schedule::next_time() const {
  if (lanes_.empty()) return std::nullopt;
  return lanes_.begin()->first.first;
}

}  // namespace pinpipe::delivery
