// Records of Kafka, partition by partition, from offsets that the caller names; no consumer group.
//
// A thin owner of librdkafka's handles. All its partitions feed one queue, which holds 16 MiB and
// what one fetch brings, however many they are. A broker that goes away is tried again for ever.
// Everything is for one thread.
#pragma once

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "properties.h"
#include "stream/error.h"

namespace pinpipe {

struct Record {
  size_t topic;  ///< number of the topic
  int32_t partition;
  int64_t offset;
  std::optional<std::string_view> value;  ///< nothing for null; valid during the call
};

struct ReadHooks {
  std::function<Status(const Record&)> on_record;
  std::function<void(size_t topic, int32_t partition)> on_end;  ///< all that there is was read
};

class Consumer {
 public:
  /// The offsets that a partition has: from `low` up to, not including, `high`.
  struct Offsets {
    int64_t low;
    int64_t high;
  };

  /// Reaches a broker, within 10 s. Errors: a property that librdkafka does not know or take; no
  /// broker, with its reason.
  static Result<std::unique_ptr<Consumer>> connect(const std::vector<Property>& properties);
  ~Consumer();
  Consumer(const Consumer&) = delete;

  /// Topics are numbered from 0, as they are added.
  void add_topic(const std::string& name);
  const std::string& topic(size_t number) const { return topics_[number].name; }

  /// Errors: the topic is unknown or not for us, or no broker answers within a second.
  Result<int32_t> partition_count(size_t topic);
  Result<Offsets> offsets(size_t topic, int32_t partition);

  /// From `offset` on, or from the first that there is. REQUIRES: not started before.
  Status start(size_t topic, int32_t partition, std::optional<int64_t> offset);

  /// Waits up to `wait` for records, and hands out those that came; how many, ends included.
  /// Errors: those of `on_record`, with `hook_failed` set; an offset that is no longer there, a
  /// topic that was deleted, and whatever librdkafka does not mend by itself.
  struct Read {
    size_t events = 0;
    Status status;
    bool hook_failed = false;
  };
  Read read(std::chrono::milliseconds wait, const ReadHooks& hooks);

  /// Why no broker can be reached, since that is so.
  const std::optional<std::string>& away() const { return away_; }

  /// How often to look for new partitions: topic.metadata.refresh.interval.ms of the properties.
  std::chrono::milliseconds refresh_interval() const { return refresh_interval_; }

 private:
  using Handle = std::unique_ptr<rd_kafka_t, void (*)(rd_kafka_t*)>;
  using Queue = std::unique_ptr<rd_kafka_queue_t, void (*)(rd_kafka_queue_t*)>;
  using TopicHandle = std::unique_ptr<rd_kafka_topic_t, void (*)(rd_kafka_topic_t*)>;
  struct Topic {
    std::string name;
    TopicHandle handle;
    std::vector<int32_t> started;
  };

  Consumer() = default;
  static void on_error(rd_kafka_t* kafka, int code, const char* reason, void* consumer);
  Status await_broker();
  bool reach(rd_kafka_topic_t* topic, const rd_kafka_metadata_t** metadata, int wait_ms);
  size_t read_queue(std::chrono::milliseconds wait);
  void wake_fetcher();
  Status take(const rd_kafka_message_t& message, const ReadHooks& hooks, bool& hook_failed);
  Error error_of(const rd_kafka_message_t& message) const;

  static void destroy(rd_kafka_t* kafka);

  Handle kafka_{nullptr, destroy};
  Queue queue_{nullptr, rd_kafka_queue_destroy};
  std::vector<Topic> topics_;
  std::vector<rd_kafka_message_t*> batch_;
  size_t read_since_empty_ = 0;  // bytes, since the queue was last seen empty
  std::optional<std::pair<size_t, int32_t>> last_read_;  // topic and partition
  std::chrono::milliseconds refresh_interval_{};
  std::optional<std::string> away_;
  std::string last_reason_;
  bool refused_ = false;  // by wrong credentials or certificates: waiting does not help
};

}  // namespace pinpipe
