// How fast posts follow one another.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/status.h"
#include "posts/schedule.h"

namespace pinpipe {

struct Pace {
  enum class Kind : uint8_t { unpaced, as_drawn, rate, interval };
  Kind kind = Kind::unpaced;
  double rate = 0;  ///< posts a second
  double least_s = 0;
  double most_s = 0;

  /// Seconds from one post to the next, before post number `post`. For a rate: since the first one.
  /// Intervals are a pure function of `seed` and `post`.
  double wait_s(uint64_t seed, uint64_t post, const posts::Draw& draw) const;
};

/// Reads A:B, seconds. Errors: anything else, B less than A.
Result<Pace> to_interval(std::string_view text);

}  // namespace pinpipe
