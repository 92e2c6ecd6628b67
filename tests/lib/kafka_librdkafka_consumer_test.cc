// The consumer over librdkafka's own mock of a cluster, whose brokers answer with faults.
#include "kafka/librdkafka_consumer.h"

#include <gtest/gtest.h>
#include <librdkafka/rdkafka_mock.h>

namespace pinpipe::kafka {
namespace {

constexpr int16_t kListOffsets = 2;  // its number in Kafka's protocol
constexpr int kRecords = 3;
constexpr int kFlushMs = 30'000;

class LibrdkafkaConsumerTest : public testing::Test {
 protected:
  LibrdkafkaConsumerTest()
      : host_(rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), nullptr, 0)),
        cluster_(rd_kafka_mock_cluster_new(host_, 1)) {
    rd_kafka_mock_topic_create(cluster_, "0a.pin", 1, 1);
    fill("0a.pin");
    auto connected = LibrdkafkaConsumer::connect(
        {{"bootstrap.servers", rd_kafka_mock_cluster_bootstraps(cluster_), ""}});
    EXPECT_TRUE(connected.ok());
    consumer_ = std::move(connected.value());
    consumer_->add_topic("0a.pin");
  }
  ~LibrdkafkaConsumerTest() override {
    consumer_.reset();
    rd_kafka_mock_cluster_destroy(cluster_);
    rd_kafka_destroy(host_);
  }

  void fill(const char* topic) {
    auto* configuration = rd_kafka_conf_new();
    rd_kafka_conf_set(configuration, "bootstrap.servers",
                      rd_kafka_mock_cluster_bootstraps(cluster_), nullptr, 0);
    auto* producer = rd_kafka_new(RD_KAFKA_PRODUCER, configuration, nullptr, 0);
    for (int i = 0; i < kRecords; ++i) {
      rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(0),
                        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                        RD_KAFKA_V_VALUE(const_cast<char*>("{}"), 2), RD_KAFKA_V_END);
    }
    EXPECT_EQ(rd_kafka_flush(producer, kFlushMs), RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_destroy(producer);
  }

  rd_kafka_t* host_;
  rd_kafka_mock_cluster_t* cluster_;
  std::unique_ptr<Consumer> consumer_;
};

TEST_F(LibrdkafkaConsumerTest, KnowsWhereAPartitionBeginsAndEnds) {
  const auto offsets = consumer_->offsets(0, 0);
  ASSERT_TRUE(offsets.ok()) << offsets.error().what;
  EXPECT_EQ(offsets.value().low, 0);
  EXPECT_EQ(offsets.value().high, kRecords);
}

TEST_F(LibrdkafkaConsumerTest, AsksAgainWhereABrokerDoesNotKnowYetThatItLeads) {
  for (const size_t faults : {1, 2, 3}) {
    for (size_t i = 0; i < faults; ++i) {
      rd_kafka_mock_push_request_errors(cluster_, kListOffsets, 1,
                                        i == 1 ? RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE
                                               : RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION);
    }
    const auto offsets = consumer_->offsets(0, 0);
    ASSERT_TRUE(offsets.ok()) << offsets.error().what;
    EXPECT_EQ(offsets.value().low, 0);
    EXPECT_EQ(offsets.value().high, kRecords);
  }
}

TEST_F(LibrdkafkaConsumerTest, TellsOfAFaultThatStays) {
  rd_kafka_mock_push_request_errors(cluster_, kListOffsets, 1,
                                    RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
  const auto offsets = consumer_->offsets(0, 0);
  ASSERT_FALSE(offsets.ok());
  EXPECT_EQ(offsets.error().what, "topic 0a.pin, partition 0: Broker: Topic authorization failed");
}

}  // namespace
}  // namespace pinpipe::kafka
