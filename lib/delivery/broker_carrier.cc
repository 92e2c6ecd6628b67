#include "delivery/broker_carrier.h"

#include "json/plain_words.h"

namespace pinpipe::delivery {
namespace {

using kafka::ProduceFailure;

Outcome outcome_of(ProduceFailure::Kind kind) {
  return kind == ProduceFailure::Kind::hopeless ? Outcome::stop : Outcome::refused;
}

}  // namespace

Status BrokerCarrier::takes(Protocol protocol) const {
  if (wire::row_of(protocol).service == Service::kafka) return {};
  return Error{"not for Kafka, whose brokers --bootstrap names"};
}

Status BrokerCarrier::start(uint64_t id, Batch& batch) {
  auto flight = std::make_unique<InFlightBatch>();
  const size_t count = batch.records.size();
  flight->id = id;
  flight->protocol = batch.first().protocol;
  flight->topic = producer_.topic(batch.first().destination);
  flight->records.reserve(count);
  flight->slots.reserve(count);
  for (const auto& record : batch.records) {
    flight->slots.push_back({flight.get(), flight->records.size()});
    flight->records.push_back(record.text());
  }
  flight->outcome.records.resize(count);
  auto& started = *flight;
  flights_[id] = std::move(flight);
  if (!waiting_.empty() || !feed(started)) waiting_.push_back(id);
  return {};
}

/// Hands records over until all are taken, or no more are: false.
bool BrokerCarrier::feed(InFlightBatch& flight) {
  wire::KafkaMessage message;
  for (; flight.begun < flight.records.size(); ++flight.begun) {
    const size_t index = flight.begun;
    std::optional<ProduceFailure> failure;
    if (is_down_) {
      failure = ProduceFailure{ProduceFailure::Kind::timed_out, silence(), ""};
    } else if (const auto status = reader_.read(flight.protocol, flight.records[index], message);
               !status.ok()) {
      failure = ProduceFailure{ProduceFailure::Kind::refused, status.error().what, ""};
    } else if (producer_.produce(flight.topic, message, &flight.slots[index], failure) ==
               kafka::Producer::Taken::no) {
      return false;
    }
    if (failure) settle(flight, index, *failure);
  }
  return true;
}

void BrokerCarrier::feed_waiting() {
  while (!waiting_.empty()) {
    const auto flight = flights_.find(waiting_.front());
    if (flight != flights_.end() && !feed(*flight->second)) return;
    waiting_.pop_front();
  }
}

void BrokerCarrier::settle(InFlightBatch& flight, size_t index, const ProduceFailure& failure) {
  flight.outcome.records[index] = {outcome_of(failure.kind), json::plain_words(failure.reason)};
  if (flight.outcome.hint.empty()) flight.outcome.hint = failure.hint;
  if (failure.kind == ProduceFailure::Kind::timed_out) is_down_ = producer_.away().has_value();
  if (++flight.settled == flight.records.size()) settled_.push_back(flight.id);
}

void BrokerCarrier::settle(const kafka::Producer::Delivery& delivery) {
  const auto& slot = *static_cast<Slot*>(delivery.token);
  if (delivery.failure) return settle(*slot.flight, slot.index, *delivery.failure);
  is_down_ = false;
  auto& flight = *slot.flight;
  flight.outcome.records[slot.index] = {Outcome::delivered,
                                        wire::kafka_place(delivery.partition, delivery.offset)};
  if (++flight.settled == flight.records.size()) settled_.push_back(flight.id);
}

std::vector<Carrier::Arrival> BrokerCarrier::wait(std::optional<http::Milliseconds> at_most) {
  std::vector<Arrival> arrivals;
  feed_waiting();
  collect(arrivals);
  if (!arrivals.empty()) return arrivals;
  for (const auto& delivery : producer_.wait(at_most)) settle(delivery);
  if (is_down_ && !producer_.away()) is_down_ = false;
  feed_waiting();
  collect(arrivals);
  return arrivals;
}

void BrokerCarrier::collect(std::vector<Arrival>& arrivals) {
  for (const uint64_t id : settled_) {
    const auto flight = flights_.extract(id);
    arrivals.push_back({id, 0, std::move(flight.mapped()->outcome), false});
  }
  settled_.clear();
}

void BrokerCarrier::cancel_all() {
  producer_.cancel_all();
  flights_.clear();
  waiting_.clear();
  settled_.clear();
}

std::string BrokerCarrier::silence() const {
  const auto away = producer_.away();
  return away ? "no broker can be reached (" + json::plain_words(*away) + ")" : "no reply";
}

}  // namespace pinpipe::delivery
