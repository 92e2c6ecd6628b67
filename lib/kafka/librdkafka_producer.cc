#include "kafka/librdkafka_producer.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace pinpipe::kafka {
namespace {

/// What the user may override. A linger of its own is little: batches come as they are.
constexpr Preset kProducerDefaults[] = {
    {"client.id", "send-payloads"},
    {"enable.idempotence", "true"},
    {"partitioner", "murmur2_random"},  // of Java's clients
    {"linger.ms", "1"},
    {"queue.buffering.max.kbytes", "32768"},
    {"topic.metadata.propagation.max.ms", "5000"},  // until a topic that is not there is given up
};

/// Larger values are not copied by librdkafka before they are sent (message.copy.max.bytes).
constexpr size_t kCopiedAnyway = 65535;
constexpr uint64_t kOne = 1;
constexpr std::chrono::seconds kLookAgain{5};

constexpr const char* kNoTopicHint = "create-topics makes the topics of an ID";
constexpr const char* kMayNotWrite =
    "the user or role must be allowed kafka-cluster:WriteData and kafka-cluster:DescribeTopic of "
    "it (man pinpipe-aws)";
constexpr const char* kMayNotIdempotently =
    "the user or role must be allowed kafka-cluster:WriteDataIdempotently of the cluster (man "
    "pinpipe-aws; without IAM IdempotentWrite), or enable.idempotence=false stand in the file of "
    "--config";
constexpr const char* kTooLargeHint =
    "message.max.bytes of the topic and of --config say how large a record may be";

// What a record was not delivered for, as far as it does not mean the record alone.
struct FailureRow {
  rd_kafka_resp_err_t code;
  ProduceFailure::Kind kind;
  const char* hint;
};
using enum ProduceFailure::Kind;
// clang-format off
constexpr FailureRow kFailures[] = {
    {RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, no_topic, kNoTopicHint},
    {RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, no_topic, kNoTopicHint},
    {RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, no_topic, "the topic has fewer partitions: create-topics --describe shows them"},
    {RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, timed_out, ""},
    {RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, timed_out, ""},
    {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, refused, kTooLargeHint},
    {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, refused, kMayNotWrite},
    {RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, hopeless, kMayNotIdempotently},
    {RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, hopeless, kMayNotIdempotently},
    {RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, hopeless, "see to sasl.* in the file of --config"},
    {RD_KAFKA_RESP_ERR__AUTHENTICATION, hopeless, "see to sasl.* in the file of --config"},
    {RD_KAFKA_RESP_ERR__FATAL, hopeless, ""},
};
// clang-format on

/// Whether a record may have failed because the client can do no more: librdkafka purges what it
/// had taken before.
bool ends_with_client(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR__FATAL || code == RD_KAFKA_RESP_ERR__PURGE_QUEUE ||
         code == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT;
}

}  // namespace

Result<std::unique_ptr<LibrdkafkaProducer>> LibrdkafkaProducer::connect(
    const ProducerOptions& options) {
  std::unique_ptr<LibrdkafkaProducer> producer(new LibrdkafkaProducer);
  producer->event_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (producer->event_ < 0) return system_error("open", "an eventfd", errno);
  auto defaults = presets(kProducerDefaults);
  defaults.push_back({"message.timeout.ms",
                      std::to_string(std::max<int64_t>(1, options.most_time.count())),
                      "--retry-max-time"});
  producer->client_ = TRY(Client::connect(
      {RD_KAFKA_PRODUCER, std::move(defaults), options.properties, {}, [](rd_kafka_conf_t* to) {
         rd_kafka_conf_set_dr_msg_cb(to, on_delivery);
       }}));
  producer->queue_.reset(rd_kafka_queue_get_main(producer->client_->get()));
  rd_kafka_queue_io_event_enable(producer->queue_.get(), producer->event_, &kOne, sizeof kOne);
  return producer;
}

LibrdkafkaProducer::~LibrdkafkaProducer() {
  if (client_ != nullptr) cancel_all();
  if (queue_ != nullptr) rd_kafka_queue_io_event_enable(queue_.get(), -1, nullptr, 0);
  queue_.reset();
  topics_.clear();
  client_.reset();
  if (event_ >= 0) close(event_);
}

void LibrdkafkaProducer::on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void*) {
  auto& self = *static_cast<LibrdkafkaProducer*>(rd_kafka_topic_opaque(message->rkt));
  Delivery delivery{message->_private, message->partition, message->offset, std::nullopt};
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) delivery.failure = self.failure_of(message->err);
  self.deliveries_.push_back(std::move(delivery));
}

ProduceFailure LibrdkafkaProducer::failure_of(rd_kafka_resp_err_t code) const {
  char words[512] = "";
  const auto fatal = ends_with_client(code)
                         ? rd_kafka_fatal_error(client_->get(), words, sizeof words)
                         : RD_KAFKA_RESP_ERR_NO_ERROR;
  const bool is_fatal = fatal != RD_KAFKA_RESP_ERR_NO_ERROR;
  const auto reason = is_fatal ? fatal : code;
  ProduceFailure failure{is_fatal ? hopeless : refused,
                         words[0] != '\0' ? words : rd_kafka_err2str(reason), ""};
  for (const auto& row : kFailures) {
    if (row.code != code && row.code != reason) continue;
    failure.kind = is_fatal ? hopeless : row.kind;
    failure.hint = row.hint;
    break;
  }
  if (failure.kind == timed_out && away())
    failure.reason = "not delivered in the time of --retry-max-time: " + *away();
  return failure;
}

size_t LibrdkafkaProducer::topic(const std::string& name) {
  const auto [at, is_new] = numbers_.try_emplace(name, topics_.size());
  if (is_new) {
    // Of the client's own defaults, which the properties have set.
    auto* configuration = rd_kafka_default_topic_conf_dup(client_->get());
    rd_kafka_topic_conf_set_opaque(configuration, this);
    topics_.emplace_back(rd_kafka_topic_new(client_->get(), name.c_str(), configuration),
                         rd_kafka_topic_destroy);
  }
  return at->second;
}

Producer::Taken LibrdkafkaProducer::produce(size_t topic, const wire::KafkaMessage& message,
                                            void* token, std::optional<ProduceFailure>& failure) {
  auto* handle = topics_[topic].get();
  const bool is_plain = message.headers.empty() && !message.timestamp_ms;
  const auto code =
      is_plain ? send_plain(handle, message, token) : send_with_more(handle, message, token);
  if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) return Taken::no;
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) failure = failure_of(code);
  return Taken::yes;
}

namespace {

int flags_of(const wire::KafkaMessage& message) {
  const bool copies =
      message.value && (message.value_is_own || message.value->size() > kCopiedAnyway);
  return copies ? RD_KAFKA_MSG_F_COPY : 0;
}

void* data_of(const std::optional<std::string_view>& text) {
  return text ? const_cast<char*>(text->data()) : nullptr;
}

size_t size_of(const std::optional<std::string_view>& text) { return text ? text->size() : 0; }

}  // namespace

rd_kafka_resp_err_t LibrdkafkaProducer::send_plain(rd_kafka_topic_t* topic,
                                                   const wire::KafkaMessage& message, void* token) {
  const int failed =
      rd_kafka_produce(topic, message.partition.value_or(RD_KAFKA_PARTITION_UA), flags_of(message),
                       data_of(message.value), size_of(message.value), data_of(message.key),
                       size_of(message.key), token);
  return failed == 0 ? RD_KAFKA_RESP_ERR_NO_ERROR : rd_kafka_last_error();
}

rd_kafka_resp_err_t LibrdkafkaProducer::send_with_more(rd_kafka_topic_t* topic,
                                                       const wire::KafkaMessage& message,
                                                       void* token) {
  auto* headers = rd_kafka_headers_new(message.headers.size());
  for (const auto& [name, value] : message.headers) {
    rd_kafka_header_add(headers, name.data(), static_cast<ssize_t>(name.size()),
                        value ? value->data() : nullptr,
                        value ? static_cast<ssize_t>(value->size()) : 0);
  }
  std::array<rd_kafka_vu_t, 8> parts{};
  size_t count = 0;
  const auto part = [&](rd_kafka_vtype_t type) -> rd_kafka_vu_t& {
    parts[count].vtype = type;
    return parts[count++];
  };
  part(RD_KAFKA_VTYPE_RKT).u.rkt = topic;
  part(RD_KAFKA_VTYPE_PARTITION).u.i32 = message.partition.value_or(RD_KAFKA_PARTITION_UA);
  part(RD_KAFKA_VTYPE_MSGFLAGS).u.i = flags_of(message);
  part(RD_KAFKA_VTYPE_VALUE).u.mem = {data_of(message.value), size_of(message.value)};
  part(RD_KAFKA_VTYPE_KEY).u.mem = {data_of(message.key), size_of(message.key)};
  part(RD_KAFKA_VTYPE_OPAQUE).u.ptr = token;
  if (message.timestamp_ms) part(RD_KAFKA_VTYPE_TIMESTAMP).u.i64 = *message.timestamp_ms;
  part(RD_KAFKA_VTYPE_HEADERS).u.headers = headers;
  const std::unique_ptr<rd_kafka_error_t, void (*)(rd_kafka_error_t*)> error(
      rd_kafka_produceva(client_->get(), parts.data(), count), rd_kafka_error_destroy);
  if (!error) return RD_KAFKA_RESP_ERR_NO_ERROR;
  rd_kafka_headers_destroy(headers);  // still ours
  return rd_kafka_error_code(error.get());
}

std::vector<Producer::Delivery> LibrdkafkaProducer::wait(
    std::optional<http::Milliseconds> at_most) {
  hear(0);
  if (deliveries_.empty()) {
    std::array<pollfd, 2> ready{pollfd{event_, POLLIN, 0}, pollfd{watched_, POLLIN, 0}};
    poll(ready.data(), watched_ >= 0 ? 2 : 1, at_most ? static_cast<int>(at_most->count()) : -1);
    uint64_t count;
    static_cast<void>(!read(event_, &count, sizeof count));
    hear(0);
    client_->confirm_away();
    look_again();
  }
  const bool answered =
      std::ranges::any_of(deliveries_, [](const auto& delivery) { return !delivery.failure; });
  if (answered) client_->note_answer();
  return std::exchange(deliveries_, {});
}

/// Nothing tells that a broker is there again while nothing is sent to it.
void LibrdkafkaProducer::look_again() {
  const auto now = http::Clock::now();
  if (!client_->away() || now < look_again_at_) return;
  look_again_at_ = now + kLookAgain;
  const rd_kafka_metadata_t* metadata = nullptr;
  if (client_->reach(nullptr, &metadata)) rd_kafka_metadata_destroy(metadata);
}

void LibrdkafkaProducer::hear(int wait_ms) { rd_kafka_poll(client_->get(), wait_ms); }

void LibrdkafkaProducer::cancel_all() {
  constexpr int kTries = 50;
  rd_kafka_purge(client_->get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  for (int i = 0; i < kTries && rd_kafka_outq_len(client_->get()) > 0; ++i) hear(100);
  deliveries_.clear();
}

void LibrdkafkaProducer::wake() { static_cast<void>(!write(event_, &kOne, sizeof kOne)); }

std::optional<std::string> LibrdkafkaProducer::away() const {
  if (const auto failure = client_->login_failure()) return failure->what;
  return client_->away();
}

}  // namespace pinpipe::kafka
