#include "way.h"

#include <variant>

#include "delivery/broker_carrier.h"
#include "delivery/http_carrier.h"

namespace pinpipe {

Result<std::unique_ptr<Way>> Way::open(const SendRun& run) {
  auto way = std::make_unique<Way>();
  if (const auto* brokers = std::get_if<kafka::ProducerOptions>(&run.way)) {
    way->producer_ = TRY(kafka::LibrdkafkaProducer::connect(*brokers));
    way->carrier_ = std::make_unique<delivery::BrokerCarrier>(*way->producer_);
    return way;
  }
  const auto& [endpoint, curl] = std::get<HttpWay>(run.way);
  way->transport_ = TRY(http::CurlTransport::create(curl));
  way->carrier_ = std::make_unique<delivery::HttpCarrier>(endpoint, *way->transport_);
  return way;
}

void Way::watch(int fd) {
  if (transport_ != nullptr) transport_->watch(fd);
  if (producer_ != nullptr) producer_->watch(fd);
}

}  // namespace pinpipe
