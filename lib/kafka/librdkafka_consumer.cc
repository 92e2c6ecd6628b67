#include "kafka/librdkafka_consumer.h"

#include <algorithm>
#include <thread>
#include <utility>

namespace pinpipe::kafka {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr size_t kBatch = 1000;
constexpr int kOffsetsMs = 10'000;
constexpr milliseconds kAskAgain{100};
constexpr int kWakeMs = 100;

/// What the user may override: memory. The queue of all partitions, and a fetch from a broker.
constexpr Preset kDefaults[] = {
    {"client.id", "sink-topics"},
    {"queued.max.messages.kbytes", "16384"},  // kQueueBytes
    {"fetch.max.bytes", "8388608"},
};

/// What the sink's promises hang on: an offset that is gone is told, and so is a partition's end.
constexpr Preset kFixed[] = {
    {"auto.offset.reset", "error"},
    {"enable.partition.eof", "true"},
};

constexpr const char* kMayNotDescribe =
    "the user or role must be allowed kafka-cluster:DescribeTopic of it (man pinpipe-aws)";
constexpr const char* kMayNotRead =
    "the user or role must be allowed kafka-cluster:ReadData of it (man pinpipe-aws)";

/// Faults that librdkafka tells of and goes on trying: nothing is skipped meanwhile.
bool mends_itself(rd_kafka_resp_err_t code) {
  switch (code) {
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
    case RD_KAFKA_RESP_ERR__TIMED_OUT:
    case RD_KAFKA_RESP_ERR__RESOLVE:
    case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION:
    case RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT:
    // of groups
    case RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED:
    case RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS:
    case RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_NOT_COORDINATOR:
    case RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION:
    case RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID:
    case RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS:
      return true;
    default:
      return false;
  }
}

/// What `ask` says once it is no fault that mends itself: where a topic is new, a broker may be
/// named its leader before it knows so.
template <typename Ask>
rd_kafka_resp_err_t ask_until_settled(const Ask& ask) {
  const auto until = Clock::now() + milliseconds(kOffsetsMs);
  auto code = ask();
  while (mends_itself(code) && Clock::now() < until) {
    std::this_thread::sleep_for(kAskAgain);
    code = ask();
  }
  return code;
}

}  // namespace

Client::Options LibrdkafkaConsumer::options_of(const std::vector<Property>& properties) {
  return {RD_KAFKA_CONSUMER, presets(kDefaults), properties, presets(kFixed), nullptr};
}

Result<std::unique_ptr<Consumer>> LibrdkafkaConsumer::connect(
    const std::vector<Property>& properties) {
  auto client = TRY(Client::connect(options_of(properties)));
  return Result<std::unique_ptr<Consumer>>(
      std::unique_ptr<Consumer>(new LibrdkafkaConsumer(std::move(client), rd_kafka_queue_new)));
}

LibrdkafkaConsumer::LibrdkafkaConsumer(std::unique_ptr<Client> client,
                                       rd_kafka_queue_t* (*queue)(rd_kafka_t*))
    : client_(std::move(client)), queue_(queue(client_->get()), rd_kafka_queue_destroy) {}

LibrdkafkaConsumer::~LibrdkafkaConsumer() {
  for (auto& topic : topics_) {
    for (const int32_t partition : topic.started) {
      rd_kafka_consume_stop(topic.handle.get(), partition);
    }
  }
}

void LibrdkafkaConsumer::add_topic(const std::string& name) {
  auto* configuration = rd_kafka_topic_conf_new();
  rd_kafka_topic_conf_set_opaque(configuration, reinterpret_cast<void*>(topics_.size()));
  TopicHandle handle(rd_kafka_topic_new(client_->get(), name.c_str(), configuration),
                     rd_kafka_topic_destroy);
  topics_.push_back({name, std::move(handle), {}});
}

Result<std::vector<std::string>> LibrdkafkaConsumer::topic_names() {
  const rd_kafka_metadata_t* metadata = nullptr;
  if (!client_->reach_all(&metadata)) return Error{"cannot list topics: no broker answers", ""};
  std::vector<std::string> names;
  for (int i = 0; i < metadata->topic_cnt; ++i) names.emplace_back(metadata->topics[i].topic);
  rd_kafka_metadata_destroy(metadata);
  return names;
}

Result<int32_t> LibrdkafkaConsumer::partition_count(size_t topic) {
  const auto& [name, handle, started] = topics_[topic];
  const rd_kafka_metadata_t* metadata = nullptr;
  if (!client_->reach(handle.get(), &metadata))
    return Error{"topic " + name + ": no broker answers", ""};
  const auto& about = metadata->topics[0];
  const auto code = about.err;
  const int32_t count = about.partition_cnt;
  rd_kafka_metadata_destroy(metadata);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR && count > 0) return count;
  auto error = kafka_error("topic " + name, code);
  if (code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) {
    error.hint = "make the topics of this ID first (create-topics), or see to the ID";
  }
  if (code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED && client_->logs_in_by_iam())
    error.hint = kMayNotDescribe;
  return error;
}

Result<Consumer::Offsets> LibrdkafkaConsumer::offsets(size_t topic, int32_t partition) {
  const auto low = TRY(offset(topic, partition, RD_KAFKA_OFFSET_BEGINNING));
  const auto high = TRY(offset(topic, partition, RD_KAFKA_OFFSET_END));
  return Offsets{low, high};
}

/// One at a time: of two that are asked together, rd_kafka_query_watermark_offsets loses the
/// failure of the first if the second is known, and takes the end for the beginning.
Result<int64_t> LibrdkafkaConsumer::offset(size_t topic, int32_t partition, int64_t which) {
  const auto& name = topics_[topic].name;
  const std::unique_ptr<rd_kafka_topic_partition_list_t, void (*)(rd_kafka_topic_partition_list_t*)>
      asked(rd_kafka_topic_partition_list_new(1), rd_kafka_topic_partition_list_destroy);
  auto& found = *rd_kafka_topic_partition_list_add(asked.get(), name.c_str(), partition);
  const auto code = ask_until_settled([&] {
    found.offset = which;
    const auto failed = rd_kafka_offsets_for_times(client_->get(), asked.get(), kOffsetsMs);
    if (failed != RD_KAFKA_RESP_ERR_NO_ERROR || found.err != RD_KAFKA_RESP_ERR_NO_ERROR)
      return failed != RD_KAFKA_RESP_ERR_NO_ERROR ? failed : found.err;
    return found.offset >= 0 ? RD_KAFKA_RESP_ERR_NO_ERROR : RD_KAFKA_RESP_ERR__NO_OFFSET;
  });
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return found.offset;
  return kafka_error("topic " + name + ", partition " + std::to_string(partition), code);
}

Status LibrdkafkaConsumer::start(size_t topic, int32_t partition, std::optional<int64_t> offset) {
  auto& [name, handle, started] = topics_[topic];
  if (rd_kafka_consume_start_queue(handle.get(), partition,
                                   offset.value_or(RD_KAFKA_OFFSET_BEGINNING), queue_.get()) != 0) {
    return kafka_error("topic " + name + ", partition " + std::to_string(partition),
                       rd_kafka_last_error());
  }
  started.push_back(partition);
  return {};
}

Consumer::Read LibrdkafkaConsumer::read(milliseconds wait, const ReadHooks& hooks) {
  batch_.resize(kBatch);
  rd_kafka_poll(client_->get(), 0);
  client_->confirm_away();
  Read read;
  read.events = read_queue();
  if (read.events == 0) {
    wake_fetcher();
    read.events = await_queue(wait);
  }
  for (size_t i = 0; i < read.events; ++i) {
    if (read.status.ok()) read.status = take(*batch_[i], hooks, read.hook_failed);
    rd_kafka_message_destroy(batch_[i]);
  }
  return read;
}

size_t LibrdkafkaConsumer::read_queue() {
  const auto size = rd_kafka_consume_batch_queue(queue_.get(), 0, batch_.data(), batch_.size());
  return static_cast<size_t>(std::max<ssize_t>(size, 0));
}

/// Waits for one message only: librdkafka would wait for a whole batch.
size_t LibrdkafkaConsumer::await_queue(milliseconds wait) {
  auto* first = rd_kafka_consume_queue(queue_.get(), static_cast<int>(wait.count()));
  if (first == nullptr) return 0;
  const auto size =
      rd_kafka_consume_batch_queue(queue_.get(), 0, batch_.data() + 1, batch_.size() - 1);
  batch_[0] = first;
  return 1 + static_cast<size_t>(std::max<ssize_t>(size, 0));
}

// Where the queue was full, librdkafka (before 2.2) looks at it again only a second later, which
// would make a second of each 16 MiB. A question to the broker ends that sleep.
void LibrdkafkaConsumer::wake_fetcher() {
  if (read_since_empty_ >= kQueueBytes / 2 && last_read_) {
    const auto& [topic, partition] = *last_read_;
    int64_t low;
    int64_t high;
    rd_kafka_query_watermark_offsets(client_->get(), topics_[topic].name.c_str(), partition, &low,
                                     &high, kWakeMs);
  }
  read_since_empty_ = 0;
}

Status LibrdkafkaConsumer::take(const rd_kafka_message_t& message, const ReadHooks& hooks,
                                bool& hook_failed) {
  // An error of the whole group has no topic.
  const auto topic =
      message.rkt == nullptr ? 0 : reinterpret_cast<size_t>(rd_kafka_topic_opaque(message.rkt));
  if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    client_->note_answer();
    rd_kafka_timestamp_type_t kind;
    Record record{topic, message.partition, message.offset, std::nullopt,
                  rd_kafka_message_timestamp(&message, &kind)};
    if (message.payload != nullptr)
      record.value.emplace(static_cast<const char*>(message.payload), message.len);
    read_since_empty_ += message.len + message.key_len;
    last_read_ = {topic, message.partition};
    auto status = hooks.on_record(record);
    hook_failed = !status.ok();
    return status;
  }
  if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    hooks.on_end(topic, message.partition);
    return {};
  }
  return mends_itself(message.err) ? Status() : Status(error_of(message));
}

Error LibrdkafkaConsumer::error_of(const rd_kafka_message_t& message) const {
  const std::string where = message.rkt == nullptr
                                ? "Kafka"
                                : std::string("topic ") + rd_kafka_topic_name(message.rkt) +
                                      ", partition " + std::to_string(message.partition);
  Error error{where + ": " + rd_kafka_message_errstr(&message), ""};
  if (message.err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET) {
    error.hint = "Kafka has deleted records before they were read; run this again to see which";
  }
  if (message.err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED && client_->logs_in_by_iam())
    error.hint = kMayNotRead;
  if (message.err == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED && client_->logs_in_by_iam())
    error.hint = kMayNotJoin;
  return error;
}

}  // namespace pinpipe::kafka
