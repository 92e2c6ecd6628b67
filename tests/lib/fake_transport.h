// A server and a clock in one: replies are made by a function, and take no real time.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "http/transport.h"

namespace pinpipe::http {

class FakeTransport : public Transport {
 public:
  using Server = std::function<Reply(const Request&)>;

  explicit FakeTransport(Server server) : server_(std::move(server)) {}

  void start(uint64_t id, const Request& request) override {
    under_way_.push_back({id, request});
    most_at_once = std::max(most_at_once, under_way_.size());
    sent.push_back(request);
    bodies.push_back(body_of(request));
  }
  /// One at a time, in the order in which they were sent.
  std::vector<Arrival> wait(std::optional<Milliseconds> at_most) override {
    if (sent.size() > 100'000) throw std::runtime_error("it does not end");
    if (under_way_.empty()) {
      EXPECT_TRUE(at_most) << "waits for ever, for nothing";
      now += at_most.value_or(Milliseconds(0));
      return {};
    }
    const auto [id, request] = under_way_.front();
    under_way_.pop_front();
    return {{id, server_(request)}};
  }
  void cancel_all() override { under_way_.clear(); }
  void wake() override {}

  std::vector<Request> sent;
  std::vector<std::string> bodies;
  size_t most_at_once = 0;
  TimePoint now{};

 private:
  static std::string body_of(const Request& request) {
    if (request.body_file.empty()) return std::string(request.body);
    std::ifstream file(request.body_file, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  Server server_;
  std::deque<std::pair<uint64_t, Request>> under_way_;
};

inline Reply reply_of(int status, std::string body = "") {
  Reply reply;
  reply.status = status;
  reply.body = std::move(body);
  return reply;
}

/// The value of a header of `request`; "" without.
inline std::string header_of(const Request& request, const std::string& name) {
  for (const auto& header : request.headers) {
    if (header.starts_with(name + ": ")) return header.substr(name.size() + 2);
  }
  return "";
}

}  // namespace pinpipe::http
