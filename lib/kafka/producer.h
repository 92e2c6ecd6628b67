// Records into Kafka, each delivered once and those of a partition in order, and what became of
// them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "http/transport.h"
#include "wire/kafka_message.h"

namespace pinpipe::kafka {

/// Why a record was not delivered.
struct ProduceFailure {
  enum class Kind : uint8_t {
    refused,    ///< this record, for good
    no_topic,   ///< the topic or partition is not there
    timed_out,  ///< nobody knows: no broker answered in the time that there was
    hopeless    ///< this and all others
  };
  Kind kind = Kind::refused;
  std::string reason;
  std::string hint;  ///< "" without
};

class Producer {
 public:
  struct Delivery {
    void* token;  ///< of `produce`
    int32_t partition = 0;
    int64_t offset = 0;
    std::optional<ProduceFailure> failure;
  };

  virtual ~Producer() = default;

  /// The number of a topic, from 0, for `produce`.
  virtual size_t topic(const std::string& name) = 0;

  enum class Taken : uint8_t { yes, no };
  /// Takes a record, which will be known by `token`; `no` where as much as can be held is under
  /// way. The bytes of its value must stay as they are until it is delivered, those of
  /// `value_is_own` only now. Failures: that of the delivery, at once.
  virtual Taken produce(size_t topic, const wire::KafkaMessage& message, void* token,
                        std::optional<ProduceFailure>& failure) = 0;

  /// Waits for deliveries, at most so long (nothing: for ever), or until `wake`. May return none.
  virtual std::vector<Delivery> wait(std::optional<http::Milliseconds> at_most) = 0;
  /// Drops all that was taken: no delivery will come of it.
  virtual void cancel_all() = 0;
  /// Ends a `wait`, also the next one if none is under way. Safe from another thread.
  virtual void wake() = 0;

  /// Why no broker can be reached, or no login renewed, since that is so.
  virtual std::optional<std::string> away() const = 0;
};

}  // namespace pinpipe::kafka
