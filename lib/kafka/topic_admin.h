// Topics made, found and deleted, over librdkafka.
#pragma once

#include <librdkafka/rdkafka.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kafka/client.h"
#include "kafka/properties.h"

namespace pinpipe::kafka {

/// What a broker knows of a topic.
struct TopicState {
  int32_t partitions = 0;
  int32_t replication = 0;  ///< copies of its first partition
  bool is_ready = false;    ///< all partitions have leaders
};

class TopicAdmin {
 public:
  /// Errors: those of Client::connect.
  static Result<std::unique_ptr<TopicAdmin>> connect(const std::vector<Property>& properties,
                                                     const std::string& client_id);

  /// Of all topics that there are, and that we may see; in order.
  Result<std::vector<std::string>> names();

  /// What a broker says, which may be a moment behind what was done; nothing where it knows no such
  /// topic.
  Result<std::optional<TopicState>> find(const std::string& topic);

  /// Makes topics, those apart that are there; without `replication` as the cluster says. Errors:
  /// the first topic that could not be made. Others may be.
  Status create(const std::vector<std::string>& topics, int32_t partitions,
                std::optional<int32_t> replication);

  /// Deletes topics, those apart that are not there. Errors: as above.
  Status remove(const std::vector<std::string>& topics);

 private:
  using Queue = std::unique_ptr<rd_kafka_queue_t, void (*)(rd_kafka_queue_t*)>;
  using Options = std::unique_ptr<rd_kafka_AdminOptions_t, void (*)(rd_kafka_AdminOptions_t*)>;
  using Event = std::unique_ptr<rd_kafka_event_t, void (*)(rd_kafka_event_t*)>;

  explicit TopicAdmin(std::unique_ptr<Client> client);
  Options options(rd_kafka_admin_op_t action) const;
  Result<Event> await();
  Status check(const rd_kafka_topic_result_t* const* results, size_t count,
               rd_kafka_resp_err_t fine, const char* right) const;
  Error error_of(const std::string& topic, rd_kafka_resp_err_t code, const char* why,
                 const char* right) const;

  std::unique_ptr<Client> client_;
  Queue queue_;
};

}  // namespace pinpipe::kafka
