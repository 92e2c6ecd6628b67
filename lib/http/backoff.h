// How long to wait before the next try, and when to give up.
//
// Exponential with full jitter: the n-th wait is drawn evenly from 0 to min(cap, base * 2^n), so
// that many clients of one throttled server do not come back all at once (Brooker, "Exponential
// Backoff And Jitter", AWS Architecture Blog, 2015). It starts again on progress.
//
// Where a whole budget of tries brought no progress, the next request has one try only, until one
// gets through: with a dead server a long input would otherwise take the budget for each request.
#pragma once

#include <optional>
#include <random>

#include "http/transport.h"

namespace pinpipe::http {

struct RetryOptions {
  unsigned retries = 8;  ///< tries after the first without progress
  Milliseconds base{100};
  Milliseconds cap{20'000};
  Milliseconds max_time{300'000};  ///< of one request, from its first try
};

class Backoff {
 public:
  Backoff(const RetryOptions& options, uint64_t seed);

  /// Something was delivered, or refused for good: the server works.
  void progress() { failures_ = 0; }

  /// A try brought no progress, `since_first` after the first one. How long to wait, at least
  /// `retry_after`; nothing: give up.
  std::optional<Milliseconds> failed(Milliseconds since_first,
                                     std::optional<Milliseconds> retry_after);
  /// The same, behind a try that brought some progress.
  std::optional<Milliseconds> progressed(Milliseconds since_first,
                                         std::optional<Milliseconds> retry_after);
  /// How long to leave the server alone behind a request that was given up.
  Milliseconds pause(std::optional<Milliseconds> retry_after);

  bool is_fresh() const { return failures_ == 0; }
  /// Tries without progress since the last one with.
  unsigned failures() const { return failures_; }

 private:
  Milliseconds draw(unsigned n);
  std::optional<Milliseconds> in_time(Milliseconds since_first, Milliseconds wait) const;

  RetryOptions options_;
  unsigned failures_ = 0;
  std::minstd_rand random_;  // small: there is one for each destination
};

}  // namespace pinpipe::http
