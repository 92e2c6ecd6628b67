#include "http/backoff.h"

#include <algorithm>

namespace pinpipe::http {
namespace {

/// Seeds in a row, as those of destinations are, must not draw waits in a row (SplitMix64).
uint32_t mixed(uint64_t seed) {
  seed = (seed ^ (seed >> 30)) * 0xbf58476d1ce4e5b9;
  seed = (seed ^ (seed >> 27)) * 0x94d049bb133111eb;
  return static_cast<uint32_t>(seed ^ (seed >> 31));
}

}  // namespace

Backoff::Backoff(const RetryOptions& options, uint64_t seed)
    : options_(options), random_(mixed(seed)) {}

Milliseconds Backoff::draw(unsigned n) {
  auto most = options_.base;
  for (; n > 0 && most < options_.cap; --n) most *= 2;
  most = std::min(most, options_.cap);
  return Milliseconds(std::uniform_int_distribution<int64_t>(0, most.count())(random_));
}

std::optional<Milliseconds> Backoff::failed(Milliseconds since_first,
                                            std::optional<Milliseconds> retry_after) {
  if (failures_ >= options_.retries) return std::nullopt;
  const auto wait = std::max(draw(failures_), retry_after.value_or(Milliseconds(0)));
  ++failures_;
  return in_time(since_first, wait);
}

std::optional<Milliseconds> Backoff::progressed(Milliseconds since_first,
                                                std::optional<Milliseconds> retry_after) {
  progress();
  return in_time(since_first, pause(retry_after));
}

std::optional<Milliseconds> Backoff::in_time(Milliseconds since_first, Milliseconds wait) const {
  if (since_first + wait > options_.max_time) return std::nullopt;
  return wait;
}

Milliseconds Backoff::pause(std::optional<Milliseconds> retry_after) {
  return std::max(draw(0), retry_after.value_or(Milliseconds(0)));
}

}  // namespace pinpipe::http
