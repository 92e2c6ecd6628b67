// A time zone by its name, as the machine knows it.
#pragma once

#include <cstdint>
#include <string>

#include "base/status.h"

namespace pinpipe::kafka {

class TimeZone {
 public:
  /// UTC.
  TimeZone() = default;

  /// "UTC", "Europe/London" or an offset like "+05:30". Errors: the machine knows no such zone.
  static Result<TimeZone> named(const std::string& name);

  /// How far its clocks are before those of UTC. The C library has one zone a process, TZ, which
  /// this sets where it was another: for one thread, while none reads the environment.
  int64_t offset_seconds(int64_t unix_seconds) const;

  /// The time of its clocks, in milliseconds since their 1970-01-01 00:00.
  int64_t local_ms(int64_t unix_ms) const;
  /// Back again; a time that its clocks skip, when summer begins, comes out as much later.
  int64_t unix_ms(int64_t local_ms) const;

 private:
  int64_t fixed_seconds_ = 0;
  std::string name_;  // "" where the offset is fixed
};

}  // namespace pinpipe::kafka
