#include "pace.h"

#include <charconv>
#include <cmath>
#include <optional>
#include <string>

#include "posts/builtin/noise.h"

namespace pinpipe {
namespace {

constexpr double kLongestSeconds = 366.0 * 86400;  // longer is a slip of the hand

std::optional<double> to_seconds(std::string_view text) {
  double seconds = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, seconds, std::chars_format::fixed);
  if (read.ec != std::errc() || read.ptr != end || !(seconds >= 0 && seconds <= kLongestSeconds)) {
    return std::nullopt;
  }
  return seconds;
}

}  // namespace

double Pace::wait_s(uint64_t seed, uint64_t post, const posts::Draw& draw) const {
  switch (kind) {
    case Kind::as_drawn:
      return draw.sleep_s;
    case Kind::interval: {
      const uint64_t drawn = posts::key_of(seed, post);
      return least_s + (most_s - least_s) * std::ldexp(static_cast<double>(drawn >> 11), -53);
    }
    default:
      return 0;
  }
}

Result<Pace> to_interval(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon != text.npos) {
    const auto least = to_seconds(text.substr(0, colon));
    const auto most = to_seconds(text.substr(colon + 1));
    if (least && most && *least <= *most) return Pace{Pace::Kind::interval, 0, *least, *most};
  }
  return Error{"no interval '" + std::string(text) + "'",
               "give seconds from A to B as A:B, such as 0.5:2"};
}

}  // namespace pinpipe
