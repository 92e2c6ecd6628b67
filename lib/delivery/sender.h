// Requests from a queue to their destinations: what is sent when, what again, and what is given up.
//
// clang-format off
//   queue -> destinations (one a topic or stream, in order) -> carrier -> outcome -> delivered
//                                                                          -> again, after a while
//                                                                          -> halves
//                                                                          -> is the topic there?
//                                                                          -> dead letters
// clang-format on
//
// One request is under way to a destination at a time, so that order is kept there; `parallel`
// destinations at once. Records that a reply calls delivered are never sent again, all others are,
// until they are delivered, refused for good, or given up. Where nothing can succeed any more
// (credentials, a redirect, a certificate), and on a signal, no more is read, what is under way may
// end, and the rest is dead-lettered. Each record that was taken from the queue is counted as
// delivered, dead-lettered or lost.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/status.h"
#include "delivery/carrier.h"
#include "delivery/destination_queue.h"
#include "delivery/in_flight_requests.h"
#include "delivery/reply.h"
#include "delivery/request_queue.h"
#include "http/secrets.h"

namespace pinpipe::delivery {

struct SenderOptions {
  unsigned parallel = 4;
  BatchLimits batches;
  http::RetryOptions retry;
  bool offsets = false;  ///< in the reports
  std::shared_ptr<http::Secrets> secrets =
      std::make_shared<http::Secrets>();  ///< must not be in any message
  uint64_t seed = 0;                      ///< of the jitter
};

/// What the sender needs of the world.
struct SenderHooks {
  std::function<http::TimePoint()> now = http::Clock::now;
  /// Takes report lines. An error ends the run as a signal does.
  std::function<Status(std::string_view lines)> report;
  /// Keeps dead letters. Unset: they are lost. An error: no more is read, what was read goes on.
  std::function<Status(std::string_view lines)> keep;
  /// Tells a person, one line.
  std::function<void(const std::string& line)> log;
  /// The name of a signal that came since the last call: the first ends reading and sending, the
  /// second what is under way, too.
  std::function<std::optional<std::string>()> stop_signal = [] { return std::nullopt; };
};

/// What was done with all that was taken from the queue: records = delivered + dead_lettered +
/// lost.
struct DeliveryStats {
  uint64_t requests = 0;
  uint64_t records = 0;
  uint64_t delivered = 0;
  uint64_t dead_lettered = 0;
  uint64_t lost = 0;
  uint64_t attempts = 0;              ///< requests of HTTP
  uint64_t retries = 0;               ///< of these, with records that had been sent before
  std::optional<Error> report_error;  ///< the reports could not be written to their end
  std::vector<Error> errors;          ///< why the run could not finish; none: it did
  std::string hint;                   ///< what to do about records that were refused; "" nothing
};

class Sender {
 public:
  /// REQUIRES: `queue` and `carrier` outlive it.
  Sender(RequestQueue& queue, Carrier& carrier, SenderOptions options, SenderHooks hooks);

  /// Runs until the queue is at its end, and all that was in it is settled and reported.
  DeliveryStats run();

  /// What was done so far: for hooks.
  const DeliveryStats& stats() const { return stats_; }

 private:
  void poll_signals();
  void accept();
  void abandon_waiting();
  void start_ready();
  void start(DestinationQueue& destination);
  void ask(DestinationQueue& destination);
  void fly(uint64_t id, DestinationQueue& destination);
  void schedule(DestinationQueue& destination);
  void schedule_all();
  void write_reports();
  void log_quiet();
  std::optional<http::Milliseconds> time_to_next() const;

  void settle(DestinationQueue& destination, Carrier::Arrival arrival);
  void settle_batch(DestinationQueue& destination, Carrier::Arrival arrival);
  void settle_question(DestinationQueue& destination, const Carrier::Arrival& arrival);
  void split(DestinationQueue& destination, Batch batch, std::optional<size_t> bad_record);
  std::vector<BatchRecord> decide(Batch& batch, const ReplyOutcome& replied);
  void again(DestinationQueue& destination, Batch batch, bool progress,
             const ReplyOutcome& replied);
  void note_progress(DestinationQueue& destination);
  void note_hint(const ReplyOutcome& replied);
  void log_outage(Batch& batch, unsigned failures, http::Milliseconds wait);

  void deliver(const BatchRecord& record, const std::string& offset);
  void give_up(std::vector<BatchRecord> records);
  void give_up(InFlightRequest& in_flight, const std::vector<std::string_view>& records,
               const std::string& reason);
  void log_undelivered(const InFlightRequest& in_flight, size_t records, const std::string& reason);
  void settle_if_done(InFlightRequest& in_flight);
  std::string not_sent() const { return "not sent: " + stopped_by_; }
  void stop(const std::string& why, std::optional<Error> error);

  RequestQueue& queue_;
  Carrier& carrier_;
  SenderOptions options_;
  SenderHooks hooks_;

  InFlightRequests in_flight_;
  std::map<std::string, DestinationQueue> destinations_;  // each stays where it is
  Schedule schedule_;
  bool more_may_come_ = true;
  uint64_t destinations_made_ = 0;
  std::unordered_map<uint64_t, DestinationQueue*> flying_;
  uint64_t next_id_ = 0;
  uint64_t logged_ = 0;
  uint64_t not_sent_ = 0;
  bool outage_logged_ = false;
  bool signalled_ = false;
  bool stopping_ = false;
  std::string stopped_by_;
  std::optional<Error> keep_error_;
  DeliveryStats stats_;
};

}  // namespace pinpipe::delivery
