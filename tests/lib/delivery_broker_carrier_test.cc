// Batches to brokers, over a producer of its own: what is taken when, and what becomes of each
// record.
#include "delivery/broker_carrier.h"

#include <gtest/gtest.h>

#include <deque>
#include <utility>

#include "delivery/sender.h"

namespace pinpipe::delivery {
namespace {

using kafka::ProduceFailure;

/// Delivers what it took, one record a wait; values that `failures` has, it does not.
class FakeProducer : public kafka::Producer {
 public:
  size_t topic(const std::string& name) override {
    topics.push_back(name);
    return topics.size() - 1;
  }
  Taken produce(size_t topic, const wire::KafkaMessage& message, void* token,
                std::optional<ProduceFailure>& failure) override {
    if (under_way.size() == most) return Taken::no;
    const std::string value(message.value.value_or("null"));
    if (value == too_large) {
      failure = ProduceFailure{ProduceFailure::Kind::refused, "too large", "smaller ones"};
      return Taken::yes;
    }
    taken += topics[topic] + ":" + value + " ";
    under_way.emplace_back(token, value);
    return Taken::yes;
  }
  std::vector<Delivery> wait(std::optional<http::Milliseconds>) override {
    if (++waits > 1000) throw std::runtime_error("it does not end");
    if (under_way.empty()) return {};
    const auto [token, value] = under_way.front();
    under_way.pop_front();
    Delivery delivery{token, 1, next_offset++, std::nullopt};
    if (const auto found = failures.find(value); found != failures.end())
      delivery.failure = found->second;
    return {delivery};
  }
  void cancel_all() override { under_way.clear(); }
  void wake() override {}
  std::optional<std::string> away() const override { return is_away; }

  size_t most = 100;
  std::string too_large;
  std::map<std::string, ProduceFailure> failures;
  std::optional<std::string> is_away;

  std::vector<std::string> topics;
  std::string taken;
  std::deque<std::pair<void*, std::string>> under_way;
  int64_t next_offset = 0;
  int waits = 0;
};

class BrokerCarrierTest : public testing::Test {
 protected:
  void add(const std::string& topic, const std::vector<std::string>& values) {
    std::string list;
    for (const auto& value : values)
      list += (list.empty() ? "" : ",") + ("{\"value\":" + value + "}");
    Request request;
    const auto status = parser_.parse(
        "{\"topic\":\"" + topic + "\",\"payload\":{\"records\":[" + list + "]}}", request);
    ASSERT_TRUE(status.ok()) << status.error().what;
    queue_.push(std::move(request));
  }
  DeliveryStats run() {
    hooks_.report = [this](std::string_view lines) {
      reports_ += lines;
      return Status();
    };
    hooks_.keep = [this](std::string_view lines) {
      letters_ += lines;
      return Status();
    };
    hooks_.log = [](const std::string&) {};
    queue_.end({});
    BrokerCarrier carrier(producer_);
    auto stats = Sender(queue_, carrier, options_, hooks_).run();
    EXPECT_EQ(stats.records, stats.delivered + stats.dead_lettered + stats.lost);
    return stats;
  }

  FakeProducer producer_;
  RequestParser parser_;
  RequestQueue queue_;
  SenderOptions options_;
  SenderHooks hooks_;
  std::string reports_, letters_;
};

TEST_F(BrokerCarrierTest, TakesRecordsInOrderAndSaysWhereTheyAre) {
  options_.offsets = true;
  add("t", {"1", "2"});
  add("t", {"3"});
  EXPECT_EQ(run().delivered, 3u);
  EXPECT_EQ(producer_.taken, "t:1 t:2 t:3 ");
  EXPECT_NE(reports_.find(R"("status":null,"records":2,"delivered":2)"), reports_.npos) << reports_;
  EXPECT_NE(reports_.find(R"("offsets":[{"partition":1,"offset":0},{"partition":1,"offset":1}])"),
            reports_.npos);
}

TEST_F(BrokerCarrierTest, GoesOnWhereTheProducerWasFull) {
  producer_.most = 2;
  add("t", {"1", "2", "3", "4", "5"});
  add("u", {"6"});
  EXPECT_EQ(run().delivered, 6u);
  EXPECT_EQ(producer_.taken, "t:1 t:2 t:3 t:4 t:5 u:6 ");
}

TEST_F(BrokerCarrierTest, GivesUpWhatIsRefusedAndNothingElse) {
  producer_.too_large = "2";
  producer_.failures["3"] = {ProduceFailure::Kind::no_topic, "no such topic", "make it"};
  add("t", {"1", "2", "3", "4"});
  const auto stats = run();
  EXPECT_EQ(stats.delivered, 2u);
  EXPECT_EQ(stats.dead_lettered, 2u);
  EXPECT_EQ(stats.hint, "smaller ones");
  EXPECT_EQ(letters_,
            "{\"topic\":\"t\",\"payload\":{\"records\":[{\"value\":2}]},\"reason\":\"too "
            "large\",\"status\":null}\n"
            "{\"topic\":\"t\",\"payload\":{\"records\":[{\"value\":3}]},\"reason\":\"no such "
            "topic\",\"status\":null}\n");
}

TEST_F(BrokerCarrierTest, NothingIsSentTwice) {
  producer_.failures["1"] = {ProduceFailure::Kind::timed_out, "not delivered in time", ""};
  add("t", {"1"});
  add("t", {"2"});
  EXPECT_EQ(run().delivered, 1u);
  EXPECT_EQ(producer_.taken, "t:1 t:2 ");
}

TEST_F(BrokerCarrierTest, WithoutABrokerWhatFollowsIsGivenUpAtOnce) {
  producer_.failures["1"] = {ProduceFailure::Kind::timed_out, "not delivered in time", ""};
  producer_.is_away = "refused";
  add("t", {"1"});
  add("t", {"2", "3"});
  EXPECT_EQ(run().dead_lettered, 3u);
  EXPECT_EQ(producer_.taken, "t:1 ");
  EXPECT_NE(letters_.find("no broker can be reached (refused)"), letters_.npos) << letters_;
}

TEST_F(BrokerCarrierTest, WhatIsHopelessEndsTheRun) {
  producer_.failures["1"] = {ProduceFailure::Kind::hopeless, "not let in", "see to it"};
  add("t", {"1"});
  add("t", {"2"});
  const auto stats = run();
  EXPECT_EQ(stats.dead_lettered, 2u);
  EXPECT_EQ(producer_.taken, "t:1 ");
  ASSERT_EQ(stats.errors.size(), 1u);
  EXPECT_EQ(stats.errors[0].what, "cannot deliver to topic 't': not let in");
  EXPECT_EQ(stats.errors[0].hint, "see to it");
}

TEST_F(BrokerCarrierTest, ASecondSignalWaitsForNothing) {
  int asked = 0;
  hooks_.stop_signal = [&]() -> std::optional<std::string> {
    ++asked;
    return asked == 3 || asked == 6 ? std::optional<std::string>("SIGTERM") : std::nullopt;
  };
  add("t", {"1", "2", "3", "4", "5", "6", "7", "8", "9"});
  const auto stats = run();
  EXPECT_EQ(stats.dead_lettered, 9u);
  EXPECT_TRUE(producer_.under_way.empty());
}

TEST_F(BrokerCarrierTest, TakesOnlyWhatIsForKafka) {
  const BrokerCarrier carrier(producer_);
  EXPECT_TRUE(carrier.takes(Protocol::kafka_v2).ok());
  EXPECT_TRUE(carrier.takes(Protocol::kafka_v3).ok());
  for (const auto other : {Protocol::put_records, Protocol::put_record, Protocol::gateway_records,
                           Protocol::gateway_record})
    EXPECT_FALSE(carrier.takes(other).ok());
}

}  // namespace
}  // namespace pinpipe::delivery
