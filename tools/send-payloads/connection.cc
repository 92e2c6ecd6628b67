#include "connection.h"

#include <variant>

#include "delivery/broker_carrier.h"
#include "delivery/http_carrier.h"

namespace pinpipe {

Result<std::unique_ptr<Connection>> Connection::open(const SendRun& run) {
  auto connection = std::make_unique<Connection>();
  if (const auto* brokers = std::get_if<kafka::ProducerOptions>(&run.connection)) {
    connection->producer_ = TRY(kafka::LibrdkafkaProducer::connect(*brokers));
    connection->carrier_ = std::make_unique<delivery::BrokerCarrier>(*connection->producer_);
    return connection;
  }
  const auto& [endpoint, curl] = std::get<HttpConnection>(run.connection);
  connection->transport_ = TRY(http::CurlTransport::create(curl));
  connection->carrier_ = std::make_unique<delivery::HttpCarrier>(endpoint, *connection->transport_);
  return connection;
}

void Connection::watch(int fd) {
  if (transport_ != nullptr) transport_->watch(fd);
  if (producer_ != nullptr) producer_->watch(fd);
}

}  // namespace pinpipe
