// A Producer over librdkafka: idempotent, so that what it tries again is there once and in order.
//
// It holds up to 32 MiB of records that are under way. Keys go to the partitions that Java's
// clients choose. Everything is for one thread, but `wake`.
#pragma once

#include <librdkafka/rdkafka.h>

#include <map>
#include <memory>
#include <vector>

#include "kafka/client.h"
#include "kafka/producer.h"

namespace pinpipe::kafka {

struct ProducerOptions {
  std::vector<Property> properties;     ///< of the user
  std::chrono::milliseconds most_time;  ///< for a record to be delivered
};

class LibrdkafkaProducer : public Producer {
 public:
  /// Errors: those of Client::connect; there are no file descriptors.
  static Result<std::unique_ptr<LibrdkafkaProducer>> connect(const ProducerOptions& options);
  ~LibrdkafkaProducer() override;
  LibrdkafkaProducer(const LibrdkafkaProducer&) = delete;

  /// Makes `wait` return when `fd` can be read.
  void watch(int fd) { watched_ = fd; }

  size_t topic(const std::string& name) override;
  Taken produce(size_t topic, const wire::KafkaMessage& message, void* token,
                std::optional<ProduceFailure>& failure) override;
  std::vector<Delivery> wait(std::optional<http::Milliseconds> at_most) override;
  void cancel_all() override;
  void wake() override;
  std::optional<std::string> away() const override;

 private:
  using Queue = std::unique_ptr<rd_kafka_queue_t, void (*)(rd_kafka_queue_t*)>;
  using Topic = std::unique_ptr<rd_kafka_topic_t, void (*)(rd_kafka_topic_t*)>;

  LibrdkafkaProducer() = default;
  static void on_delivery(rd_kafka_t* kafka, const rd_kafka_message_t* message, void* heard);
  rd_kafka_resp_err_t send_plain(rd_kafka_topic_t* topic, const wire::KafkaMessage& message,
                                 void* token);
  rd_kafka_resp_err_t send_with_more(rd_kafka_topic_t* topic, const wire::KafkaMessage& message,
                                     void* token);
  void hear(int wait_ms);
  void look_again();
  ProduceFailure failure_of(rd_kafka_resp_err_t code) const;

  int event_ = -1;  // an eventfd: there is something to hear
  int watched_ = -1;
  std::unique_ptr<Client> client_;
  Queue queue_{nullptr, rd_kafka_queue_destroy};
  std::map<std::string, size_t> numbers_;
  std::vector<Topic> topics_;
  std::vector<Delivery> deliveries_;
  http::TimePoint look_again_at_{};
};

}  // namespace pinpipe::kafka
