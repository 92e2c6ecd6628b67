// The consumer over librdkafka's own mock of a cluster, whose brokers answer with faults.
#include "kafka/librdkafka_consumer.h"

#include <gtest/gtest.h>
#include <librdkafka/rdkafka_mock.h>

namespace pinpipe::kafka {
namespace {

constexpr int16_t kListOffsets = 2;  // its number in Kafka's protocol

class LibrdkafkaConsumerTest : public testing::Test {
 protected:
  LibrdkafkaConsumerTest()
      : host_(rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), nullptr, 0)),
        cluster_(rd_kafka_mock_cluster_new(host_, 1)) {
    rd_kafka_mock_topic_create(cluster_, "0a.pin", 1, 1);
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

  rd_kafka_t* host_;
  rd_kafka_mock_cluster_t* cluster_;
  std::unique_ptr<Consumer> consumer_;
};

TEST_F(LibrdkafkaConsumerTest, AsksAgainWhereABrokerDoesNotKnowYetThatItLeads) {
  rd_kafka_mock_push_request_errors(cluster_, kListOffsets, 2,
                                    RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
                                    RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE);
  const auto offsets = consumer_->offsets(0, 0);
  ASSERT_TRUE(offsets.ok()) << offsets.error().what;
  EXPECT_EQ(offsets.value().low, 0);
  EXPECT_EQ(offsets.value().high, 0);
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
