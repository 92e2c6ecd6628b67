#include "delivery/sender.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <ctime>
#include <deque>
#include <map>
#include <numeric>
#include <thread>
#include <utility>

#include "delivery/http_carrier.h"

namespace pinpipe::delivery {
namespace {

/// A server and a clock in one: replies are made by a function, and come after a latency that takes
/// no real time.
class FakeTransport : public http::Transport {
 public:
  using Server = std::function<http::Reply(const std::string& url, const std::string& body)>;

  explicit FakeTransport(Server server) : server_(std::move(server)) {}

  void start(uint64_t id, const http::Request& request) override {
    EXPECT_FALSE(busy_urls.contains(request.url)) << "two requests at once to " << request.url;
    busy_urls[request.url] = id;
    most_at_once = std::max(most_at_once, busy_urls.size());
    sent.push_back({request.url, std::string(request.body), now});
    under_way_.push_back({id, request.url, std::string(request.body), now + latency});
  }
  std::vector<Arrival> wait(std::optional<http::Milliseconds> at_most) override {
    if (std::exchange(wakes_once, false)) return {};
    if (++waits_ > 100'000) throw std::runtime_error("the sender does not end");
    if (under_way_.empty() || (at_most && now + *at_most < under_way_.front().due)) {
      now += at_most.value_or(http::Milliseconds(0));
      return {};
    }
    const auto flight = under_way_.front();
    under_way_.pop_front();
    now = std::max(now, flight.due);
    busy_urls.erase(flight.url);
    return {{flight.id, server_(flight.url, flight.body)}};
  }
  void cancel_all() override {
    under_way_.clear();
    busy_urls.clear();
  }
  void wake() override {}

  struct Sent {
    std::string url, body;
    http::TimePoint at;
  };
  std::vector<Sent> sent;
  std::map<std::string, uint64_t> busy_urls;
  size_t most_at_once = 0;
  bool wakes_once = false;  ///< the next wait returns before any reply
  http::TimePoint now{};
  http::Milliseconds latency{1};

 private:
  struct InFlightBatch {
    uint64_t id;
    std::string url, body;
    http::TimePoint due;
  };
  Server server_;
  std::deque<InFlightBatch> under_way_;
  int waits_ = 0;
};

http::Reply reply(int status, std::string body = "") {
  http::Reply reply;
  reply.status = status;
  reply.body = std::move(body);
  return reply;
}

size_t records_in(const std::string& body) {
  size_t count = 0;
  for (size_t at = 0; (at = body.find("\"value\"", at)) != body.npos; ++at) ++count;
  return count;
}

/// A reply that delivers all of `body`, but what has an error in `errors`, by place.
http::Reply accepted(const std::string& body, const std::map<size_t, std::string>& errors = {}) {
  std::string text = "{\"offsets\":[";
  for (size_t i = 0; i < records_in(body); ++i) {
    const auto error = errors.find(i);
    text += i > 0 ? "," : "";
    text += error == errors.end() ? "{\"partition\":0,\"offset\":1}"
                                  : "{\"error_code\":" + error->second + ",\"error\":\"e\"}";
  }
  return reply(200, text + "]}");
}

/// Values in the bodies that were sent: "1,2 2" is a body of 1 and 2, and one of 2.
std::string values(const std::vector<FakeTransport::Sent>& sent) {
  std::string text;
  for (const auto& one : sent) {
    if (!text.empty()) text += ' ';
    bool first = true;
    for (size_t at = 0; (at = one.body.find("\"value\":", at)) != one.body.npos;) {
      at += 8;
      text += (first ? "" : ",") + one.body.substr(at, one.body.find('}', at) - at);
      first = false;
    }
  }
  return text;
}

class SenderTest : public testing::Test {
 protected:
  void add(const std::string& line) {
    Request request;
    const auto status = parser_.parse(line, request);
    ASSERT_TRUE(status.ok()) << status.error().what;
    queue_.push(std::move(request));
  }
  /// A request for `topic` with these values.
  void add(const std::string& topic, const std::vector<int>& records) {
    std::string list;
    for (const int value : records)
      list += (list.empty() ? "" : ",") + ("{\"value\":" + std::to_string(value) + "}");
    add("{\"topic\":\"" + topic + "\",\"payload\":{\"records\":[" + list + "]}}");
  }

  DeliveryStats run(FakeTransport::Server server) {
    transport_ = std::make_unique<FakeTransport>(std::move(server));
    transport_->latency = transport_latency_;
    EndpointOptions where;
    where.url = "http://h";
    auto endpoint = Endpoint::create(std::move(where));
    hooks_.now = [this] { return transport_->now; };
    hooks_.report = [this](std::string_view lines) -> Status {
      reports_ += lines;
      return report_status_;
    };
    if (keeps_) {
      hooks_.keep = [this](std::string_view lines) -> Status {
        if (keep_status_.ok()) letters_ += lines;
        return keep_status_;
      };
    }
    hooks_.log = [this](const std::string& line) { logged_.push_back(line); };
    queue_.end({});
    HttpCarrier carrier(*endpoint, *transport_);
    Sender sender(queue_, carrier, options_, hooks_);
    auto stats = sender.run();
    EXPECT_EQ(stats.records, stats.delivered + stats.dead_lettered + stats.lost);
    return stats;
  }

  RequestParser parser_;
  RequestQueue queue_;
  SenderOptions options_;
  SenderHooks hooks_;
  std::unique_ptr<FakeTransport> transport_;
  http::Milliseconds transport_latency_{1};
  bool keeps_ = true;
  Status keep_status_, report_status_;
  std::string reports_, letters_;
  std::vector<std::string> logged_;
};

TEST_F(SenderTest, SendsWholePayloadsByteForByteAndReportsThem) {
  add(R"({"topic":"t","payload":{"records": [ {"value":1.0} ]}})");
  const auto stats = run([](auto&, auto& body) { return accepted(body); });
  EXPECT_EQ(transport_->sent[0].body, R"({"records": [ {"value":1.0} ]})");
  EXPECT_EQ(transport_->sent[0].url, "http://h/topics/t");
  EXPECT_EQ(reports_,
            "{\"topic\":\"t\",\"status\":200,\"records\":1,\"delivered\":1,\"dead_lettered\":0,"
            "\"attempts\":1,\"ms\":1}\n");
  EXPECT_EQ(stats.delivered, 1u);
  EXPECT_TRUE(stats.errors.empty());
  EXPECT_TRUE(logged_.empty());
}

TEST_F(SenderTest, SendsOnlyTheRecordsThatFailedAgain) {
  add("t", {1, 2, 3, 4});
  int call = 0;
  const auto stats = run([&](auto&, auto& body) {
    return ++call == 1 ? accepted(body, {{1, "50003"}, {3, "2"}}) : accepted(body);
  });
  EXPECT_EQ(values(transport_->sent), "1,2,3,4 2,4");
  EXPECT_EQ(stats.delivered, 4u);
  EXPECT_EQ(stats.attempts, 2u);
  EXPECT_EQ(stats.retries, 1u);
}

TEST_F(SenderTest, NothingOvertakesAFailedRequestOfItsTopic) {
  add("a", {1});
  add("a", {2});
  add("b", {3});
  int call = 0;
  run([&](auto& url, auto& body) {
    return url.ends_with("/a") && ++call <= 2 ? reply(503) : accepted(body);
  });
  std::string of_a;
  for (const auto& sent : transport_->sent) {
    if (sent.url.ends_with("/a")) of_a += sent.body.substr(21, 1);
  }
  EXPECT_EQ(of_a, "1112");
}

TEST_F(SenderTest, ReportsInTheOrderOfInput) {
  add("slow", {1});
  add("fast", {2});
  add("slow", {3});
  int call = 0;
  run([&](auto& url, auto& body) {
    return url.ends_with("slow") && ++call == 1 ? reply(503) : accepted(body);
  });
  std::string topics;
  for (size_t at = 0; (at = reports_.find("\"topic\":\"", at)) != reports_.npos;)
    topics += reports_[at += 9];
  EXPECT_EQ(topics, "sfs");
}

TEST_F(SenderTest, SendsToAsManyDestinationsAtOnceAsAsked) {
  for (int i = 0; i < 20; ++i) add("t" + std::to_string(i % 10), {i});
  options_.parallel = 3;
  const auto stats = run([](auto&, auto& body) { return accepted(body); });
  EXPECT_EQ(transport_->most_at_once, 3u);
  EXPECT_EQ(stats.delivered, 20u);
}

TEST_F(SenderTest, ManyDestinationsTakeTimeInProportion) {
  const auto seconds = [](int topics) {
    RequestQueue queue(1'000'000'000);
    RequestParser parser;
    for (int i = 0; i < topics; ++i) {
      Request request;
      EXPECT_TRUE(parser
                      .parse("{\"topic\":\"t" + std::to_string(i) +
                                 "\",\"payload\":{\"records\":[{\"value\":1}]}}",
                             request)
                      .ok());
      queue.push(std::move(request));
    }
    queue.end({});
    FakeTransport transport([](auto&, auto& body) { return accepted(body); });
    EndpointOptions where;
    where.url = "http://h";
    const auto endpoint = Endpoint::create(std::move(where));
    SenderHooks hooks;
    hooks.now = [&] { return transport.now; };
    hooks.report = [](std::string_view) { return Status(); };
    const auto begun = std::clock();
    HttpCarrier carrier(endpoint.value(), transport);
    EXPECT_EQ(Sender(queue, carrier, {}, hooks).run().delivered, static_cast<uint64_t>(topics));
    return static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
  };
  const double few = seconds(2'000);
  EXPECT_LT(seconds(32'000), 64 * few + 0.1);  // by the square it would be 256 times
}

TEST_F(SenderTest, GivesUpBehindTheRetriesAndKeepsTheRest) {
  add("t", {1, 2});
  options_.retry.retries = 3;
  const auto stats = run([](auto&, auto&) { return reply(503, "overloaded"); });
  EXPECT_EQ(stats.attempts, 4u);
  EXPECT_EQ(stats.dead_lettered, 2u);
  EXPECT_EQ(
      letters_,
      "{\"topic\":\"t\",\"payload\":{\"records\":[{\"value\":1},{\"value\":2}]},\"reason\":\"HTTP "
      "503: overloaded\",\"status\":503}\n");
  EXPECT_EQ(logged_,
            std::vector<std::string>{"topic 't': 2 records not delivered: HTTP 503: overloaded"});
}

TEST_F(SenderTest, ADeadServerCostsTheBudgetOnlyOnce) {
  for (int i = 0; i < 50; ++i) add("t", {i});
  const auto stats = run([](auto&, auto&) {
    http::Reply none;
    none.failure = "refused";
    return none;
  });
  EXPECT_EQ(stats.attempts, 9u + 49u);
  EXPECT_EQ(stats.dead_lettered, 50u);
  EXPECT_LT(transport_->now - http::TimePoint{}, std::chrono::seconds(60));
  EXPECT_EQ(logged_.size(), 11u);
  EXPECT_EQ(logged_.front(), "topic 't': still trying: refused");
}

TEST_F(SenderTest, AnOutageIsToldOnceForAllDestinationsAndAgainAfterProgress) {
  for (const auto* topic : {"a", "b", "c"}) add(topic, {1});
  add("a", {2});
  std::map<std::string, int> calls;
  const auto stats = run([&](auto& url, auto& body) {
    const int call = ++calls[url];  // the second request of a: from the eighth on
    return call == 7 || call > 13 ? accepted(body) : reply(503);
  });
  EXPECT_EQ(stats.delivered, 4u);
  EXPECT_EQ(
      std::ranges::count_if(
          logged_, [](auto& line) { return line.find("still trying: HTTP 503") != line.npos; }),
      2);
  EXPECT_EQ(logged_.size(), 2u);
}

TEST_F(SenderTest, ALongWaitIsToldAtOnce) {
  add("t", {1});
  int call = 0;
  run([&](auto&, auto& body) {
    if (++call > 1) return accepted(body);
    auto busy = reply(429, "busy");
    busy.retry_after = "60";
    return busy;
  });
  EXPECT_EQ(logged_, std::vector<std::string>{"topic 't': still trying: HTTP 429: busy"});
}

TEST_F(SenderTest, ProgressGivesNewTries) {
  add("t", {0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  options_.retry.retries = 1;
  // Each second reply delivers one record more.
  int call = 0;
  const auto stats = run([&](auto&, auto& body) {
    std::map<size_t, std::string> errors;
    for (size_t i = ++call % 2 == 0 ? 1 : 0; i < records_in(body); ++i) errors[i] = "50003";
    return accepted(body, errors);
  });
  EXPECT_EQ(stats.delivered, 10u);
  EXPECT_EQ(stats.attempts, 20u);
}

TEST_F(SenderTest, HonoursRetryAfter) {
  add("t", {1});
  int call = 0;
  run([&](auto&, auto& body) {
    if (++call > 1) return accepted(body);
    auto busy = reply(429);
    busy.retry_after = "7";
    return busy;
  });
  ASSERT_EQ(transport_->sent.size(), 2u);
  EXPECT_GE(transport_->sent[1].at - transport_->sent[0].at, std::chrono::seconds(7));
  EXPECT_LT(transport_->sent[1].at - transport_->sent[0].at, std::chrono::seconds(8));
}

TEST_F(SenderTest, GivesUpWhenARequestIsTooOld) {
  add("t", {1});
  options_.retry.retries = 1000;
  options_.retry.max_time = http::Milliseconds(60'000);
  const auto stats = run([](auto&, auto&) { return reply(503); });
  EXPECT_EQ(stats.dead_lettered, 1u);
  EXPECT_LE(transport_->now - http::TimePoint{}, std::chrono::seconds(61));
}

TEST_F(SenderTest, HalvesWhatIsTooLargeDownToOneRecord) {
  add("t", {1, 2, 3, 4, 5, 6, 7, 8});
  add("t", {9});
  const auto stats = run([](auto&, auto& body) {
    const bool has_large = body.find("\"value\":3}") != body.npos;
    return records_in(body) > 4 || has_large ? reply(413) : accepted(body);
  });
  EXPECT_EQ(values(transport_->sent), "1,2,3,4,5,6,7,8 1,2,3,4 1,2 3,4 3 4 5,6,7,8 9");
  EXPECT_EQ(stats.delivered, 8u);
  EXPECT_EQ(stats.dead_lettered, 1u);
  EXPECT_NE(letters_.find("[{\"value\":3}]"), letters_.npos);
}

/// What Strimzi and karapace do of a request with a bad record in it.
http::Reply refused_for(const std::string& body, const std::string& bad) {
  const bool has_bad = body.find("\"value\":" + bad + "}") != body.npos;
  return has_bad ? reply(400, "{\"error_code\":400,\"message\":\"bad record\"}") : accepted(body);
}

TEST_F(SenderTest, OneBadRecordDoesNotCostItsBatch) {
  std::vector<int> records(512);
  std::iota(records.begin(), records.end(), 1);
  add("t", records);
  const auto stats = run([](auto&, auto& body) { return refused_for(body, "300"); });
  EXPECT_EQ(stats.delivered, 511u);
  EXPECT_EQ(stats.dead_lettered, 1u);
  EXPECT_LE(stats.attempts, 1u + 2 * 9);
  EXPECT_EQ(letters_,
            "{\"topic\":\"t\",\"payload\":{\"records\":[{\"value\":300}]},\"reason\":\"HTTP 400: "
            "400: bad record\",\"status\":400}\n");
  std::string last;
  for (const auto& sent : transport_->sent) {  // what passed, in order
    if (refused_for(sent.body, "300").status == 200) last += values({sent}) + ",";
  }
  EXPECT_LT(last.find(",299,"), last.find(",301,"));
}

TEST_F(SenderTest, TheRecordThatARefusalNamesIsTakenOutFirst) {
  add("t", {1, 2, 3, 4, 5, 6, 7, 8});
  run([](auto&, auto& body) {
    if (body.find("\"value\":6}") == body.npos) return accepted(body);
    return reply(422, R"({"error_code":422,"message":"at java.util.ArrayList[5]->x"})");
  });
  EXPECT_EQ(values(transport_->sent), "1,2,3,4,5,6,7,8 1,2,3,4,5 6 7,8");
}

TEST_F(SenderTest, ATimeOutAsksWhetherTheTopicIsThere) {
  add("gone", {1});
  add("gone", {2});
  add("slow", {3});
  int posts = 0;
  const auto stats = run([&](auto& url, auto& body) {
    if (body.empty()) {
      return url.ends_with("gone") ? reply(404, R"({"error_code":40401,"message":"m"})")
                                   : reply(200, R"({"name":"slow"})");
    }
    if (url.ends_with("slow") && posts++ > 0) return accepted(body);
    http::Reply none;
    none.failure = "Operation timed out";
    none.timed_out = true;
    return none;
  });
  EXPECT_EQ(stats.delivered, 1u);
  EXPECT_EQ(stats.dead_lettered, 2u);
  EXPECT_EQ(stats.attempts, 3u);  // the second request of a missing topic only asks
  EXPECT_NE(letters_.find("\"reason\":\"no such topic\",\"status\":404"), letters_.npos);
  EXPECT_NE(stats.hint.find("create-topics"), stats.hint.npos);
}

TEST_F(SenderTest, ATopicThatComesIsSentTo) {
  add("t", {1});
  add("t", {2});
  int asked = 0;
  const auto stats = run([&](auto&, auto& body) {
    if (!body.empty() && asked > 1) return accepted(body);
    if (body.empty() && ++asked == 1) return reply(404, R"({"error_code":404,"message":"m"})");
    if (body.empty()) return reply(200, "{}");
    return reply(200, R"({"offsets":[{"error_code":404,"message":"t not present in metadata"}]})");
  });
  EXPECT_EQ(stats.dead_lettered, 1u);
  EXPECT_EQ(stats.delivered, 1u);
}

TEST_F(SenderTest, AServerThatHasNoSuchPathDoesNotSayThatTheTopicIsMissing) {
  add("t", {1});
  int posts = 0;
  const auto stats = run([&](auto&, auto& body) {
    if (body.empty()) return reply(404, "<html>");
    return ++posts > 2 ? accepted(body) : reply(504, "");
  });
  EXPECT_EQ(stats.delivered, 1u);
}

TEST_F(SenderTest, WhatFailsAloneBehindItsNeighboursIsGivenUpSooner) {
  add("t", {1, 2, 3});
  add("t", {4});
  const auto stats = run([](auto&, auto& body) {
    return body.find(":2}") == body.npos
               ? accepted(body)
               : accepted(body, {{records_in(body) == 1 ? 0u : 1u, "500"}});
  });
  EXPECT_EQ(stats.delivered, 3u);
  EXPECT_EQ(stats.dead_lettered, 1u);
  EXPECT_EQ(values(transport_->sent), "1,2,3 2 2 2 4");
  EXPECT_LT(transport_->now - http::TimePoint{}, std::chrono::seconds(2));
}

TEST_F(SenderTest, SaysThatNoReplyComesBeforeTheTimeOut) {
  add("t", {1});
  transport_latency_ = std::chrono::seconds(20);
  run([](auto&, auto& body) { return accepted(body); });
  EXPECT_EQ(logged_, std::vector<std::string>{"topic 't': no reply for 8 s, still waiting"});
}

TEST_F(SenderTest, RefusedRecordsAreNotTriedAgain) {
  add("t", {1, 2, 3});
  const auto stats = run([](auto&, auto& body) { return accepted(body, {{1, "50002"}}); });
  EXPECT_EQ(stats.attempts, 1u);
  EXPECT_EQ(letters_,
            "{\"topic\":\"t\",\"payload\":{\"records\":[{\"value\":2}]},\"reason\":\"50002: "
            "e\",\"status\":200}\n");
}

TEST_F(SenderTest, WrongCredentialsStopTheRunAndKeepTheRest) {
  add("a", {1});
  add("a", {2});
  add("b", {3});
  options_.parallel = 1;
  const auto stats = run(
      [](auto&, auto&) { return reply(401, R"({"error_code":40101,"message":"Who are you?"})"); });
  EXPECT_EQ(stats.attempts, 1u);
  EXPECT_EQ(stats.dead_lettered, 3u);
  ASSERT_EQ(stats.errors.size(), 1u);
  EXPECT_EQ(stats.errors[0].what, "cannot deliver to topic 'a': HTTP 401: 40101: Who are you?");
  EXPECT_NE(letters_.find("not sent: HTTP 401"), letters_.npos);
  EXPECT_TRUE(queue_.stopped());
}

TEST_F(SenderTest, WhatIsUnderWayMayEndWhenTheRunStops) {
  add("a", {1});
  add("b", {2});
  const auto stats =
      run([](auto& url, auto& body) { return url.ends_with("/a") ? reply(403) : accepted(body); });
  EXPECT_EQ(stats.delivered, 1u);
  EXPECT_EQ(stats.dead_lettered, 1u);
}

TEST_F(SenderTest, ServersWordsDoNotShowSecrets) {
  add("a", {1});
  options_.secrets->add("my-api-key");
  const auto stats = run([](auto&, auto&) { return reply(403, "bad key my-api-key"); });
  EXPECT_EQ(stats.errors[0].what, "cannot deliver to topic 'a': HTTP 403: bad key ***");
  EXPECT_EQ(letters_.find("my-api-key"), letters_.npos);
  EXPECT_EQ(reports_.find("my-api-key"), reports_.npos);
}

TEST_F(SenderTest, AFullDeadLetterFileIsAnErrorThatCountsTheLost) {
  add("t", {1, 2});
  add("t", {3});
  add("t", {4});
  keep_status_ = Error{"cannot write 'dead': No space left on device", ""};
  const auto stats = run([](auto&, auto& body) {
    return body.find(":4}") != body.npos ? accepted(body) : reply(400, "no");
  });
  EXPECT_EQ(stats.lost, 3u);
  EXPECT_EQ(stats.delivered, 1u);  // what was read goes on
  ASSERT_EQ(stats.errors.size(), 1u);
  EXPECT_EQ(stats.errors[0].what, "cannot write 'dead': No space left on device: 3 records lost");
  EXPECT_TRUE(queue_.stopped());
}

TEST_F(SenderTest, WithoutADeadLetterFileRecordsAreLostButCounted) {
  add("t", {1});
  keeps_ = false;
  const auto stats = run([](auto&, auto&) { return reply(400, "no"); });
  EXPECT_EQ(stats.lost, 1u);
  EXPECT_NE(reports_.find("\"lost\":1"), reports_.npos);
}

TEST_F(SenderTest, ReportsThatCannotBeWrittenStopTheRun) {
  add("t", {1});
  add("t", {2});
  report_status_ = Error{"cannot write 'stdout': No space left on device", ""};
  const auto stats = run([](auto&, auto& body) { return accepted(body); });
  EXPECT_TRUE(stats.report_error);
  EXPECT_EQ(stats.delivered, 2u);  // the second was under way
}

TEST_F(SenderTest, ASignalLetsFlightsEndAndKeepsTheRest) {
  add("a", {1});
  add("a", {2});
  bool signalled = false, told = false;
  hooks_.stop_signal = [&]() -> std::optional<std::string> {
    if (!signalled || std::exchange(told, true)) return std::nullopt;
    return "SIGTERM";
  };
  const auto stats = run([&](auto&, auto& body) {
    signalled = true;
    return accepted(body);
  });
  EXPECT_EQ(stats.delivered, 1u);
  EXPECT_EQ(stats.dead_lettered, 1u);
  EXPECT_TRUE(stats.errors.empty());
  EXPECT_NE(letters_.find("\"reason\":\"not sent: stopped by SIGTERM\",\"status\":null"),
            letters_.npos);
}

TEST_F(SenderTest, ASecondSignalWaitsForNothing) {
  add("a", {1});
  int signals = 0;
  hooks_.stop_signal = [&]() -> std::optional<std::string> {
    transport_->wakes_once = signals == 0;
    if (transport_->sent.empty() || ++signals > 2) return std::nullopt;
    return "SIGINT";
  };
  const auto stats = run([&](auto&, auto& body) { return accepted(body); });
  EXPECT_EQ(stats.dead_lettered, 1u);
  EXPECT_NE(letters_.find("stopped by SIGINT before a reply came"), letters_.npos);
}

TEST_F(SenderTest, LingerMergesSmallRequestsOfOneDestination) {
  for (int i = 0; i < 7; ++i) add(i % 2 == 0 ? "a" : "b", {i});
  options_.batches.linger = http::Milliseconds(50);
  options_.batches.max_records = 3;
  const auto stats = run([](auto&, auto& body) { return accepted(body); });
  EXPECT_EQ(values(transport_->sent), "0,2,4 1,3,5 6");
  EXPECT_EQ(stats.requests, 7u);
  EXPECT_EQ(std::ranges::count(reports_, '\n'), 7);
}

TEST_F(SenderTest, DeadLettersOfMergedRequestsStayApart) {
  add("a", {1, 2});
  add("a", {3});
  options_.batches.linger = http::Milliseconds(50);
  run([](auto&, auto& body) { return accepted(body, {{1, "50002"}, {2, "50002"}}); });
  EXPECT_EQ(values(transport_->sent), "1,2,3");
  EXPECT_EQ(std::ranges::count(letters_, '\n'), 2);
}

TEST_F(SenderTest, GivesBackTheMemoryOfAllThatItSettled) {
  for (int i = 0; i < 20; ++i) add(i % 2 == 0 ? "a" : "b", {i, i});
  run([](auto& url, auto& body) { return url.ends_with("/a") ? accepted(body) : reply(400); });
  EXPECT_EQ(queue_.held(), 0);
}

TEST_F(SenderTest, OffsetsAreReportedByRecord) {
  add("a", {1, 2});
  options_.offsets = true;
  run([](auto&, auto& body) { return accepted(body, {{0, "50002"}}); });
  EXPECT_NE(
      reports_.find("\"offsets\":[null,{\"partition\":0,\"offset\":1}],\"error\":\"50002: e\""),
      reports_.npos);
}

TEST(RequestQueue, MakesThePusherWaitUntilMemoryIsFree) {
  RequestQueue queue(1);
  RequestParser parser;
  Request request;
  ASSERT_TRUE(parser.parse(R"({"topic":"t","payload":{"records":[{"value":1}]}})", request).ok());
  const auto cost = static_cast<int64_t>(request.cost());
  queue.push(request);
  std::atomic<bool> pushed = false;
  std::thread pusher([&] {
    queue.push(request);
    pushed = true;
  });
  EXPECT_EQ(queue.take().size(), 1u);
  std::this_thread::sleep_for(http::Milliseconds(20));
  EXPECT_FALSE(pushed);
  queue.release(cost);
  pusher.join();
  queue.stop();
  queue.push(request);  // does not wait any more
  EXPECT_EQ(queue.take().size(), 2u);
}

}  // namespace
}  // namespace pinpipe::delivery
