// A Consumer over librdkafka: a thin owner of its handles.
//
// All its partitions feed one queue, which holds 16 MiB and what one fetch brings, however many
// they are. A broker that goes away is tried again for ever. Everything is for one thread; tokens
// of IAM are made in one of librdkafka's.
#pragma once

#include <librdkafka/rdkafka.h>

#include <memory>
#include <optional>
#include <vector>

#include "kafka/consumer.h"
#include "kafka/properties.h"
#include "kafka/token_refresh.h"

namespace pinpipe::kafka {

class LibrdkafkaConsumer : public Consumer {
 public:
  /// Reaches a broker, within 10 s. Errors: a property that librdkafka does not know or take; no
  /// credentials of IAM, where it is to log in by it; no broker, with its reason.
  static Result<std::unique_ptr<Consumer>> connect(const std::vector<Property>& properties);
  ~LibrdkafkaConsumer() override;
  LibrdkafkaConsumer(const LibrdkafkaConsumer&) = delete;

  void add_topic(const std::string& name) override;
  const std::string& topic(size_t number) const override { return topics_[number].name; }
  Result<int32_t> partition_count(size_t topic) override;
  Result<Offsets> offsets(size_t topic, int32_t partition) override;
  Status start(size_t topic, int32_t partition, std::optional<int64_t> offset) override;
  Read read(std::chrono::milliseconds wait, const ReadHooks& hooks) override;
  const std::optional<std::string>& away() const override { return heard_->away; }
  std::optional<Error> login_failure() const override;
  /// topic.metadata.refresh.interval.ms of the properties.
  std::chrono::milliseconds refresh_interval() const override { return refresh_interval_; }

 private:
  /// What librdkafka's callbacks need. They get it from the handle, which lives longer than we do
  /// where it hangs.
  struct Heard {
    std::unique_ptr<TokenRefresh> tokens;  ///< of a login by IAM
    std::optional<std::string> away;
    std::optional<std::string> down;  ///< why no connection was there; a new one may be
    std::string last_reason;
    bool refused = false;  ///< by wrong credentials or certificates: waiting does not help
  };
  struct Destroy {
    std::shared_ptr<Heard> heard;
    void operator()(rd_kafka_t* kafka) const;
  };
  using Handle = std::unique_ptr<rd_kafka_t, Destroy>;
  using Queue = std::unique_ptr<rd_kafka_queue_t, void (*)(rd_kafka_queue_t*)>;
  using TopicHandle = std::unique_ptr<rd_kafka_topic_t, void (*)(rd_kafka_topic_t*)>;
  struct Topic {
    std::string name;
    TopicHandle handle;
    std::vector<int32_t> started;
  };

  LibrdkafkaConsumer() = default;
  static void on_error(rd_kafka_t* kafka, int code, const char* reason, void* heard);
  static void on_token_refresh(rd_kafka_t* kafka, const char* config, void* heard);
  Status log_in_by(const IamLogin& login, rd_kafka_conf_t* configuration);
  Status create(Configuration configuration);
  Status await_broker();
  const char* reach_hint() const;
  bool reach(rd_kafka_topic_t* topic, const rd_kafka_metadata_t** metadata, int wait_ms);
  void confirm_away();
  size_t read_queue(std::chrono::milliseconds wait);
  void wake_fetcher();
  Status take(const rd_kafka_message_t& message, const ReadHooks& hooks, bool& hook_failed);
  Error error_of(const rd_kafka_message_t& message) const;

  std::shared_ptr<Heard> heard_ = std::make_shared<Heard>();
  Handle kafka_{nullptr, {heard_}};
  Queue queue_{nullptr, rd_kafka_queue_destroy};
  std::vector<Topic> topics_;
  std::vector<rd_kafka_message_t*> batch_;
  size_t read_since_empty_ = 0;  // bytes, since the queue was last seen empty
  std::optional<std::pair<size_t, int32_t>> last_read_;  // topic and partition
  std::chrono::milliseconds refresh_interval_{};
};

}  // namespace pinpipe::kafka
