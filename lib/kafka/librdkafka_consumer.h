// A Consumer over librdkafka: a thin owner of its handles.
//
// All its partitions feed one queue, which holds 16 MiB and what one fetch brings, however many
// they are.
#pragma once

#include <librdkafka/rdkafka.h>

#include <memory>
#include <optional>
#include <vector>

#include "kafka/client.h"
#include "kafka/consumer.h"
#include "kafka/properties.h"

namespace pinpipe::kafka {

class LibrdkafkaConsumer : public Consumer {
 public:
  /// Errors: those of Client::connect.
  static Result<std::unique_ptr<Consumer>> connect(const std::vector<Property>& properties);
  ~LibrdkafkaConsumer() override;
  LibrdkafkaConsumer(const LibrdkafkaConsumer&) = delete;

  void add_topic(const std::string& name) override;
  const std::string& topic(size_t number) const override { return topics_[number].name; }
  Result<std::vector<std::string>> topic_names() override;
  Result<int32_t> partition_count(size_t topic) override;
  Result<Offsets> offsets(size_t topic, int32_t partition) override;
  Status start(size_t topic, int32_t partition, std::optional<int64_t> offset) override;
  Read read(std::chrono::milliseconds wait, const ReadHooks& hooks) override;
  const std::optional<std::string>& away() const override { return client_->away(); }
  std::optional<Error> login_failure() const override { return client_->login_failure(); }
  std::chrono::milliseconds refresh_interval() const override {
    return client_->refresh_interval();
  }

 protected:
  static constexpr const char* kMayNotJoin =
      "the user or role must be allowed kafka-cluster:AlterGroup and kafka-cluster:DescribeGroup "
      "of the group (man pinpipe-aws)";
  using Queue = std::unique_ptr<rd_kafka_queue_t, void (*)(rd_kafka_queue_t*)>;
  using TopicHandle = std::unique_ptr<rd_kafka_topic_t, void (*)(rd_kafka_topic_t*)>;
  struct Topic {
    std::string name;
    TopicHandle handle;
    std::vector<int32_t> started;
  };

  static Client::Options options_of(const std::vector<Property>& properties);
  /// `queue` makes, of the client, the queue that records come by.
  LibrdkafkaConsumer(std::unique_ptr<Client> client, rd_kafka_queue_t* (*queue)(rd_kafka_t*));

  std::unique_ptr<Client> client_;
  std::vector<Topic> topics_;

 private:
  Result<int64_t> offset(size_t topic, int32_t partition, int64_t which);
  size_t read_queue();
  size_t await_queue(std::chrono::milliseconds wait);
  void wake_fetcher();
  Status take(const rd_kafka_message_t& message, const ReadHooks& hooks, bool& hook_failed);
  Error error_of(const rd_kafka_message_t& message) const;

  Queue queue_;
  std::vector<rd_kafka_message_t*> batch_;
  size_t read_since_empty_ = 0;  // bytes, since the queue was last seen empty
  std::optional<std::pair<size_t, int32_t>> last_read_;  // topic and partition
};

}  // namespace pinpipe::kafka
