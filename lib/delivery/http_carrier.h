// By HTTP: batches as the requests of an Endpoint, and what its replies say.
#pragma once

#include <unordered_map>

#include "delivery/carrier.h"
#include "delivery/endpoint.h"
#include "http/transport.h"

namespace pinpipe::delivery {

class HttpCarrier : public Carrier {
 public:
  /// REQUIRES: both outlive it.
  HttpCarrier(const Endpoint& endpoint, http::Transport& transport)
      : endpoint_(endpoint), transport_(transport) {}

  Status check_route(Protocol protocol) const override { return endpoint_.check_route(protocol); }
  Status takes(Protocol protocol) const override { return endpoint_.takes(protocol); }
  Status start(uint64_t id, Batch& batch) override;
  bool ask(uint64_t id, const Request& request) override;
  std::vector<Arrival> wait(std::optional<http::Milliseconds> at_most) override;
  void cancel_all() override;
  void wake() override { transport_.wake(); }

 private:
  struct UnderWay {
    Protocol protocol;
    size_t records;  // 0: a question
  };

  Arrival arrived(http::Transport::Arrival came, const UnderWay& sent) const;

  const Endpoint& endpoint_;
  http::Transport& transport_;
  std::unordered_map<uint64_t, UnderWay> under_way_;
};

}  // namespace pinpipe::delivery
