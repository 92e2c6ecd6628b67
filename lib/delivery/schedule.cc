#include "delivery/schedule.h"

#include <algorithm>

namespace pinpipe::delivery {

void Schedule::put(DestinationQueue& destination, Place& place, http::TimePoint at,
                   http::TimePoint now) {
  remove(place);
  // A time that has passed is as good as now: else a destination could stay before all others.
  place = {std::max(at, now), number_++};
  destinations_.emplace(*place, &destination);
}

void Schedule::remove(Place& place) {
  if (place) destinations_.erase(*place);
  place.reset();
}

DestinationQueue* Schedule::first(http::TimePoint now) const {
  return destinations_.empty() || destinations_.begin()->first.first > now
             ? nullptr
             : destinations_.begin()->second;
}

std::optional<http::TimePoint> Schedule::next_time() const {
  if (destinations_.empty()) return std::nullopt;
  return destinations_.begin()->first.first;
}

}  // namespace pinpipe::delivery
