// The way to one topic or stream: what waits to be sent there, in order, one batch at a time.
//
// A batch is the records of one request, or with a linger of several. It shrinks to what failed, or
// falls into halves where it was too large; nothing overtakes it.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "delivery/in_flight_requests.h"
#include "http/backoff.h"
#include "http/transport.h"

namespace pinpipe::delivery {

/// One record of one request.
struct BatchRecord {
  InFlightRequest* request;
  uint32_t index;      ///< in its request
  std::string reason;  ///< why it was not delivered, so far

  std::string_view text() const { return request->content.text(request->content.records[index]); }
};

struct Batch {
  std::vector<BatchRecord> records;
  std::optional<http::TimePoint> first_sent;
  bool others_passed = false;  ///< records that were in it were delivered
  unsigned doubts = 0;         ///< tries since then of which nobody knows whether more can help
  bool wait_logged = false;    ///< that it takes long
  std::string composed;        ///< its body, while it is under way and is no request's payload

  const Request& first() const { return records.front().request->content; }
  /// The body that carries it; valid until the batch changes.
  std::string_view body();
};

struct BatchLimits {
  http::Milliseconds linger{0};  ///< 0: each request is a batch
  uint64_t max_records = 500;
  uint64_t max_bytes = 1'000'000;
};

class DestinationQueue;

/// Which destination is next: the one whose time comes first, and of those whose time has come the
/// one that has waited longest. All steps take the time of a look-up, however many there are.
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

class DestinationQueue {
 public:
  DestinationQueue(const BatchLimits& limits, const http::RetryOptions& retry, uint64_t seed)
      : backoff(retry, seed), limits_(&limits) {}

  void add(InFlightRequest& in_flight);

  bool has_work() const { return !work.empty() || !waiting_.empty(); }
  /// When the next batch can be sent. REQUIRES: has_work()
  http::TimePoint ready_at(bool more_may_come) const;
  /// The batch to send now, which is the first of `work`. REQUIRES: has_work()
  Batch& next();
  /// Takes everything that is not under way.
  std::vector<BatchRecord> take_all();

  std::deque<Batch> work;  ///< batches that were begun
  bool is_busy = false;    ///< the first of them is under way, or a question for its topic
  bool asks = false;       ///< whether its topic is there is to be asked before the next batch
  http::TimePoint not_before{};
  http::TimePoint started{};  ///< of what is under way
  bool quiet_logged = false;  ///< that no reply comes
  std::string key;            ///< of the sender's
  Schedule::Place scheduled;  ///< where it is neither in flight nor without work
  http::Backoff backoff;

 private:
  bool is_full() const;
  void append_waiting(Batch& batch);

  const BatchLimits* limits_;
  std::deque<InFlightRequest*> waiting_;
  uint64_t waiting_records_ = 0;
  uint64_t waiting_bytes_ = 0;
};

}  // namespace pinpipe::delivery
