// Which destination is next: the one whose time comes first, and of those whose time has come the
// one that has waited longest. All steps take the time of a look-up, however many there are.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "http/transport.h"

namespace pinpipe::delivery {

class DestinationQueue;

class Schedule {
 public:
  /// Where a destination stands; nothing: it does not.
  using Place = std::optional<std::pair<http::TimePoint, uint64_t>>;

  /// Puts `destination` where it can start at `at`, whose `place` is kept up to date. REQUIRES: the
  /// destination is taken out before it ends.
  void put(DestinationQueue& destination, Place& place, http::TimePoint at, http::TimePoint now);
  void remove(Place& place);

  /// The destination that can start now, if any.
  DestinationQueue* first(http::TimePoint now) const;
  /// When one can start; nothing: none stands there.
  std::optional<http::TimePoint> next_time() const;

 private:
  std::map<std::pair<http::TimePoint, uint64_t>, DestinationQueue*> destinations_;
  uint64_t number_ = 0;
};

}  // namespace pinpipe::delivery
