#include "delivery/http_carrier.h"

namespace pinpipe::delivery {

Status HttpCarrier::start(uint64_t id, Batch& batch) {
  const auto request = TRY(endpoint_.http_request(batch.first(), batch.body()));
  under_way_[id] = {batch.first().protocol, batch.records.size()};
  transport_.start(id, request);
  return {};
}

bool HttpCarrier::ask(uint64_t id, const Request& request) {
  const auto question = endpoint_.topic_question(request);
  if (!question) return false;
  under_way_[id] = {request.protocol, 0};
  transport_.start(id, *question);
  return true;
}

std::vector<Carrier::Arrival> HttpCarrier::wait(std::optional<http::Milliseconds> at_most) {
  std::vector<Arrival> arrivals;
  for (auto& came : transport_.wait(at_most)) {
    const auto sent = under_way_.extract(came.id);
    if (!sent.empty()) arrivals.push_back(arrived(std::move(came), sent.mapped()));
  }
  return arrivals;
}

Carrier::Arrival HttpCarrier::arrived(http::Transport::Arrival came, const UnderWay& sent) const {
  Arrival arrival{came.id, came.reply.status, {}, false};
  if (sent.records == 0) {
    arrival.no_topic = says_no_topic(came.reply);
  } else {
    arrival.outcome = read_reply(sent.protocol, sent.records, came.reply);
  }
  return arrival;
}

void HttpCarrier::cancel_all() {
  transport_.cancel_all();
  under_way_.clear();
}

}  // namespace pinpipe::delivery
