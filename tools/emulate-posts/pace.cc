#include "pace.h"

#include <cmath>
#include <optional>
#include <string>

#include "base/number.h"
#include "posts/builtin/noise.h"

namespace pinpipe {
namespace {

constexpr double kLongestSeconds = 366.0 * 86400;  // longer is a slip of the hand

std::optional<double> to_seconds(std::string_view text) {
  const auto seconds = to_number<double>(text, std::chars_format::fixed);
  return seconds && *seconds >= 0 && *seconds <= kLongestSeconds ? seconds : std::nullopt;
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
  return Error{"not an interval: '" + std::string(text) + "'",
               "give seconds from A to B as A:B, such as 0.5:2"};
}

}  // namespace pinpipe
