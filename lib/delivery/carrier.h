// What carries batches to their destinations and says what became of them: a proxy, a gateway or
// Kinesis by HTTP, or the brokers of Kafka. An interface, so that the sender knows none of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "delivery/destination_queue.h"
#include "delivery/reply.h"
#include "http/transport.h"

namespace pinpipe::delivery {

class Carrier {
 public:
  /// What became of a batch, or the answer to a question.
  struct Arrival {
    uint64_t id = 0;
    int status = 0;  ///< of HTTP; 0 without
    ReplyOutcome outcome;
    bool no_topic = false;  ///< the answer: the topic is not there
  };

  virtual ~Carrier() = default;

  /// Whether there is a way for requests of `protocol` at all. Errors: the run cannot go on. Safe
  /// from another thread.
  virtual Status check_route(Protocol protocol) const = 0;
  /// Whether what is there takes requests of `protocol`. Safe from another thread.
  virtual Status takes(Protocol protocol) const = 0;

  /// Carries `batch`, which must stay as it is until it arrives, or cancel_all. Errors: nothing can
  /// be carried any more.
  virtual Status start(uint64_t id, Batch& batch) = 0;
  /// Asks whether the topic of `request` is there. False: there is nobody to ask.
  virtual bool ask(uint64_t id, const Request& request) = 0;
  /// Waits for arrivals, at most so long (nothing: for ever), or until `wake`. May return none.
  virtual std::vector<Arrival> wait(std::optional<http::Milliseconds> at_most) = 0;
  /// Drops all that is under way: nothing will arrive of it.
  virtual void cancel_all() = 0;
  /// Ends a `wait`, also the next one if none is under way. Safe from another thread.
  virtual void wake() = 0;
  /// Why nothing is heard, as far as that is known.
  virtual std::string silence() const { return "no reply"; }
};

}  // namespace pinpipe::delivery
