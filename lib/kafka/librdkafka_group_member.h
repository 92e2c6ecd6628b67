// A Consumer over librdkafka that is a member of a consumer group.
//
// What is committed is kept by librdkafka, and goes to the group every auto.commit.interval.ms (5
// s), before a partition is given to another member, and by `leave`. A partition of which the group
// has no place gets that where it is started.
#pragma once

#include <librdkafka/rdkafka.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kafka/librdkafka_consumer.h"

namespace pinpipe::kafka {

class LibrdkafkaGroupMember : public LibrdkafkaConsumer {
 public:
  /// Joins at the first read. Errors: those of Client::connect.
  static Result<std::unique_ptr<Consumer>> connect(const std::vector<Property>& properties,
                                                   const std::string& group);
  ~LibrdkafkaGroupMember() override;

  Status start(size_t topic, int32_t partition, std::optional<int64_t> offset) override;
  Read read(std::chrono::milliseconds wait, const ReadHooks& hooks) override;
  bool in_group() const override { return true; }
  Status commit(size_t topic, int32_t partition, int64_t next) override;
  std::optional<Error> commit_failure() const override { return commit_failure_; }
  Status leave() override;

 private:
  using Partitions =
      std::unique_ptr<rd_kafka_topic_partition_list_t, void (*)(rd_kafka_topic_partition_list_t*)>;

  LibrdkafkaGroupMember(std::unique_ptr<Client> client, std::string group);
  static void on_rebalance(rd_kafka_t* kafka, rd_kafka_resp_err_t code,
                           rd_kafka_topic_partition_list_t* partitions, void* heard);
  static void on_commit(rd_kafka_t* kafka, rd_kafka_resp_err_t code,
                        rd_kafka_topic_partition_list_t* partitions, void* heard);
  Status join();
  Status assign(const rd_kafka_topic_partition_list_t& given);
  Result<std::vector<Assigned>> find_committed(const rd_kafka_topic_partition_list_t& given);
  void revoke(const rd_kafka_topic_partition_list_t& taken);
  size_t number_of(const char* topic) const;
  Error error_of(rd_kafka_resp_err_t code) const;

  std::string group_;
  bool has_joined_ = false;
  const ReadHooks* hooks_ = nullptr;  // of the read that is under way
  Partitions started_{nullptr, rd_kafka_topic_partition_list_destroy};
  Status failure_;  // of a callback
  std::optional<Error> commit_failure_;
};

}  // namespace pinpipe::kafka
