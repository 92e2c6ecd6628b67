// By what a run sends: HTTP, or the client of Kafka's brokers.
#pragma once

#include <memory>

#include "base/status.h"
#include "delivery/carrier.h"
#include "http/curl_transport.h"
#include "kafka/librdkafka_producer.h"
#include "options.h"

namespace pinpipe {

class Connection {
 public:
  /// Errors: certificates that cannot be read; those of LibrdkafkaProducer::connect. REQUIRES:
  /// `run` outlives it.
  static Result<std::unique_ptr<Connection>> open(const SendRun& run);

  delivery::Carrier& carrier() { return *carrier_; }
  /// Makes the carrier's `wait` return when `fd` can be read.
  void watch(int fd);

 private:
  std::unique_ptr<http::CurlTransport> transport_;
  std::unique_ptr<kafka::LibrdkafkaProducer> producer_;
  std::unique_ptr<delivery::Carrier> carrier_;  // by one of them
};

}  // namespace pinpipe
