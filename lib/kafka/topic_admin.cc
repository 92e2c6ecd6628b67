#include "kafka/topic_admin.h"

#include <algorithm>
#include <utility>

namespace pinpipe::kafka {
namespace {

constexpr int kAnswerMs = 30'000;

using Metadata = std::unique_ptr<const rd_kafka_metadata_t, void (*)(const rd_kafka_metadata_t*)>;

TopicState state_of(const rd_kafka_metadata_topic_t& topic) {
  TopicState state;
  state.partitions = topic.partition_cnt;
  state.is_ready = topic.partition_cnt > 0;
  for (int i = 0; i < topic.partition_cnt; ++i) {
    if (topic.partitions[i].id == 0) state.replication = topic.partitions[i].replica_cnt;
    state.is_ready = state.is_ready && topic.partitions[i].leader >= 0;
  }
  return state;
}

}  // namespace

Result<std::unique_ptr<TopicAdmin>> TopicAdmin::connect(const std::vector<Property>& properties,
                                                        const std::string& client_id) {
  // A producer would make the topics that it asks for.
  auto client = TRY(Client::connect(
      {RD_KAFKA_CONSUMER, {{"client.id", client_id, "default"}}, properties, {}, nullptr}));
  return std::unique_ptr<TopicAdmin>(new TopicAdmin(std::move(client)));
}

TopicAdmin::TopicAdmin(std::unique_ptr<Client> client)
    : client_(std::move(client)),
      queue_(rd_kafka_queue_new(client_->get()), rd_kafka_queue_destroy) {}

Result<std::vector<std::string>> TopicAdmin::names() {
  const rd_kafka_metadata_t* answer = nullptr;
  const auto code = rd_kafka_metadata(client_->get(), 1, nullptr, &answer, kAnswerMs);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return kafka_error("the topics", code);
  const Metadata metadata(answer, rd_kafka_metadata_destroy);
  std::vector<std::string> names;
  for (int i = 0; i < metadata->topic_cnt; ++i) names.emplace_back(metadata->topics[i].topic);
  std::ranges::sort(names);
  return names;
}

Result<std::optional<TopicState>> TopicAdmin::find(const std::string& topic) {
  const std::unique_ptr<rd_kafka_topic_t, void (*)(rd_kafka_topic_t*)> handle(
      rd_kafka_topic_new(client_->get(), topic.c_str(), nullptr), rd_kafka_topic_destroy);
  const rd_kafka_metadata_t* answer = nullptr;
  if (!client_->reach(handle.get(), &answer)) {
    return Error{"topic " + topic + ": no broker answers", ""};
  }
  const Metadata metadata(answer, rd_kafka_metadata_destroy);
  const auto& found = metadata->topics[0];
  switch (found.err) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
    case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
      return std::optional(state_of(found));
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
      return std::optional<TopicState>();
    default:
      return error_of(topic, found.err, nullptr, "DescribeTopic");
  }
}

Status TopicAdmin::create(const std::vector<std::string>& topics, int32_t partitions,
                          std::optional<int32_t> replication) {
  using NewTopic = std::unique_ptr<rd_kafka_NewTopic_t, void (*)(rd_kafka_NewTopic_t*)>;
  std::vector<NewTopic> owned;
  std::vector<rd_kafka_NewTopic_t*> asked;
  for (const auto& topic : topics) {
    char why[512] = "";
    owned.emplace_back(
        rd_kafka_NewTopic_new(topic.c_str(), partitions, replication.value_or(-1), why, sizeof why),
        rd_kafka_NewTopic_destroy);
    if (!owned.back()) return Error{"topic " + topic + ": " + why, ""};
    asked.push_back(owned.back().get());
  }
  rd_kafka_CreateTopics(client_->get(), asked.data(), asked.size(),
                        options(RD_KAFKA_ADMIN_OP_CREATETOPICS).get(), queue_.get());
  const auto event = TRY(await());
  size_t count = 0;
  const auto* results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count);
  return check(results, count, RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS, "CreateTopic");
}

Status TopicAdmin::remove(const std::vector<std::string>& topics) {
  using Topic = std::unique_ptr<rd_kafka_DeleteTopic_t, void (*)(rd_kafka_DeleteTopic_t*)>;
  std::vector<Topic> owned;
  std::vector<rd_kafka_DeleteTopic_t*> asked;
  for (const auto& topic : topics) {
    owned.emplace_back(rd_kafka_DeleteTopic_new(topic.c_str()), rd_kafka_DeleteTopic_destroy);
    asked.push_back(owned.back().get());
  }
  rd_kafka_DeleteTopics(client_->get(), asked.data(), asked.size(),
                        options(RD_KAFKA_ADMIN_OP_DELETETOPICS).get(), queue_.get());
  const auto event = TRY(await());
  size_t count = 0;
  const auto* results =
      rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event.get()), &count);
  return check(results, count, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, "DeleteTopic");
}

TopicAdmin::Options TopicAdmin::options(rd_kafka_admin_op_t action) const {
  Options options(rd_kafka_AdminOptions_new(client_->get(), action), rd_kafka_AdminOptions_destroy);
  char why[256];
  rd_kafka_AdminOptions_set_request_timeout(options.get(), kAnswerMs, why, sizeof why);
  rd_kafka_AdminOptions_set_operation_timeout(options.get(), kAnswerMs, why, sizeof why);
  return options;
}

/// The answer, which comes in time: librdkafka makes one where the broker does not.
Result<TopicAdmin::Event> TopicAdmin::await() {
  Event event(rd_kafka_queue_poll(queue_.get(), -1), rd_kafka_event_destroy);
  const auto code = rd_kafka_event_error(event.get());
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return event;
  return Error{std::string("the topics: ") + rd_kafka_event_error_string(event.get()), ""};
}

Status TopicAdmin::check(const rd_kafka_topic_result_t* const* results, size_t count,
                         rd_kafka_resp_err_t fine, const char* right) const {
  for (size_t i = 0; i < count; ++i) {
    const auto code = rd_kafka_topic_result_error(results[i]);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR || code == fine) continue;
    return error_of(rd_kafka_topic_result_name(results[i]), code,
                    rd_kafka_topic_result_error_string(results[i]), right);
  }
  return {};
}

Error TopicAdmin::error_of(const std::string& topic, rd_kafka_resp_err_t code, const char* why,
                           const char* right) const {
  Error error{"topic " + topic + ": " + (why == nullptr ? rd_kafka_err2str(code) : why), ""};
  const bool is_forbidden = code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
                            code == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED;
  if (is_forbidden && client_->logs_in_by_iam()) {
    error.hint = std::string("the user or role must be allowed kafka-cluster:") + right +
                 " of it (man pinpipe-aws)";
  }
  return error;
}

}  // namespace pinpipe::kafka
