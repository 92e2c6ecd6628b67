// To the brokers of Kafka, without a proxy: the records of a batch by a Producer, which tries again
// by itself. What it gives up is given up: another try could double it.
#pragma once

#include <deque>
#include <memory>
#include <unordered_map>

#include "delivery/carrier.h"
#include "kafka/producer.h"
#include "wire/kafka_message.h"

namespace pinpipe::delivery {

class BrokerCarrier : public Carrier {
 public:
  /// REQUIRES: `producer` outlives it.
  explicit BrokerCarrier(kafka::Producer& producer) : producer_(producer) {}

  Status check_route(Protocol) const override { return {}; }
  /// Errors: it is not for Kafka.
  Status takes(Protocol protocol) const override;
  Status start(uint64_t id, Batch& batch) override;
  bool ask(uint64_t, const Request&) override { return false; }
  std::vector<Arrival> wait(std::optional<http::Milliseconds> at_most) override;
  void cancel_all() override;
  void wake() override { producer_.wake(); }
  std::string silence() const override;

 private:
  struct InFlightBatch;
  /// A record that is under way: the producer's token for it.
  struct Slot {
    InFlightBatch* flight;
    size_t index;
  };
  struct InFlightBatch {
    uint64_t id;
    Protocol protocol;
    size_t topic;
    std::vector<std::string_view> records;
    std::vector<Slot> slots;
    size_t begun = 0;    // records that were taken
    size_t settled = 0;  // of these
    ReplyOutcome outcome;
  };

  bool feed(InFlightBatch& flight);
  void feed_waiting();
  void settle(InFlightBatch& flight, size_t index, const kafka::ProduceFailure& failure);
  void settle(const kafka::Producer::Delivery& delivery);
  void collect(std::vector<Arrival>& arrivals);

  kafka::Producer& producer_;
  wire::KafkaMessageReader reader_;
  std::unordered_map<uint64_t, std::unique_ptr<InFlightBatch>> flights_;
  std::deque<uint64_t> waiting_;   // flights of which not all is taken
  std::vector<uint64_t> settled_;  // flights that are over
  bool is_down_ = false;  // a record was given up for want of a broker, and none answered since
};

}  // namespace pinpipe::delivery
