#include "kafka/librdkafka_consumer.h"

#include <algorithm>
#include <cstdlib>
#include <future>
#include <memory>
#include <thread>

#include "aws/credential_source.h"

namespace pinpipe::kafka {
namespace {

using std::chrono::milliseconds;

constexpr size_t kBatch = 1000;
constexpr int kReachMs = 1000;
constexpr int kReachTries = 10;
constexpr int kWakeMs = 100;
constexpr std::chrono::seconds kDestroyWait{5};

constexpr const char* kMayNotDescribe =
    "the user or role must be allowed kafka-cluster:DescribeTopic of it (man pinpipe-aws)";
constexpr const char* kMayNotRead =
    "the user or role must be allowed kafka-cluster:ReadData of it (man pinpipe-aws)";

Error kafka_error(const std::string& what, rd_kafka_resp_err_t code) {
  return {what + ": " + rd_kafka_err2str(code), ""};
}

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
      return true;
    default:
      return false;
  }
}

}  // namespace

Result<std::unique_ptr<Consumer>> LibrdkafkaConsumer::connect(
    const std::vector<Property>& properties) {
  std::unique_ptr<LibrdkafkaConsumer> consumer(new LibrdkafkaConsumer);
  auto own = properties;
  const auto login = TRY(take_iam_login(own));
  auto configuration = TRY(make_configuration(own));
  if (login) TRY(consumer->log_in_by(*login, configuration.get()));
  consumer->refresh_interval_ = milliseconds(
      std::atoll(property_of(configuration.get(), "topic.metadata.refresh.interval.ms").c_str()));
  rd_kafka_conf_set_opaque(configuration.get(), consumer->heard_.get());
  rd_kafka_conf_set_error_cb(configuration.get(), on_error);
  TRY(consumer->create(std::move(configuration)));
  TRY(consumer->await_broker());
  return Result<std::unique_ptr<Consumer>>(std::move(consumer));
}

/// Credentials that are not there are told at once, in words of their own.
Status LibrdkafkaConsumer::log_in_by(const IamLogin& login, rd_kafka_conf_t* configuration) {
  const auto make = TRY(token_maker(login, aws::process_environment(), aws::process_servers()));
  TRY(make());
  heard_->tokens = std::make_unique<TokenRefresh>(make);
  rd_kafka_conf_set_oauthbearer_token_refresh_cb(configuration, on_token_refresh);
  rd_kafka_conf_enable_sasl_queue(configuration, 1);
  return {};
}

Status LibrdkafkaConsumer::create(Configuration configuration) {
  char why[512] = "";
  kafka_.reset(rd_kafka_new(RD_KAFKA_CONSUMER, configuration.get(), why, sizeof why));
  if (!kafka_) return Error{std::string("cannot set up the Kafka client: ") + why, ""};
  static_cast<void>(configuration.release());  // it is the handle's now
  queue_.reset(rd_kafka_queue_new(kafka_.get()));
  if (heard_->tokens == nullptr) return {};
  const std::unique_ptr<rd_kafka_error_t, void (*)(rd_kafka_error_t*)> error(
      rd_kafka_sasl_background_callbacks_enable(kafka_.get()), rd_kafka_error_destroy);
  if (!error) return {};
  return Error{std::string("cannot set up the Kafka client: ") + rd_kafka_error_string(error.get()),
               ""};
}

/// Waits for librdkafka's threads, but not for ever: one of them hangs where a call failed that it
/// takes for granted, as fcntl for its pipes. Then they end with the process.
void LibrdkafkaConsumer::Destroy::operator()(rd_kafka_t* kafka) const {
  const auto done = std::make_shared<std::promise<void>>();
  auto ended = done->get_future();
  const auto started = caught([&]() -> Status {
    std::thread([kafka, done, kept = heard] {
      rd_kafka_destroy(kafka);
      done->set_value();
    }).detach();
    return {};
  });
  if (started.ok()) {
    ended.wait_for(kDestroyWait);
  } else {
    rd_kafka_destroy(kafka);
  }
}

LibrdkafkaConsumer::~LibrdkafkaConsumer() {
  for (auto& topic : topics_) {
    for (const int32_t partition : topic.started) {
      rd_kafka_consume_stop(topic.handle.get(), partition);
    }
  }
}

void LibrdkafkaConsumer::on_error(rd_kafka_t*, int code, const char* reason, void* heard) {
  auto& self = *static_cast<Heard*>(heard);
  if (self.tokens != nullptr && self.tokens->failure()) {
    self.last_reason = self.tokens->failure()->what;
    if (code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) return;
  }
  if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
    self.down = self.last_reason.empty() ? reason : self.last_reason;
    return;
  }
  self.last_reason = reason;
  self.refused = code == RD_KAFKA_RESP_ERR__AUTHENTICATION || code == RD_KAFKA_RESP_ERR__SSL;
}

void LibrdkafkaConsumer::on_token_refresh(rd_kafka_t* kafka, const char*, void* heard) {
  static_cast<Heard*>(heard)->tokens->refresh(tokens_of(kafka));
}

std::optional<Error> LibrdkafkaConsumer::login_failure() const {
  return heard_->tokens == nullptr ? std::nullopt : heard_->tokens->failure();
}

bool LibrdkafkaConsumer::reach(rd_kafka_topic_t* topic, const rd_kafka_metadata_t** metadata,
                               int wait_ms) {
  const auto code = rd_kafka_metadata(kafka_.get(), 0, topic, metadata, wait_ms);
  rd_kafka_poll(kafka_.get(), 0);  // hears on_error
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return false;
  heard_->away.reset();
  heard_->down.reset();
  return true;
}

/// Brokers end connections whose login has ended, all at once, and take new ones: they are away
/// only where none answers.
void LibrdkafkaConsumer::confirm_away() {
  if (!heard_->down) return;
  auto reason = std::move(*heard_->down);
  heard_->down.reset();
  const rd_kafka_metadata_t* metadata = nullptr;
  if (heard_->away || !reach(nullptr, &metadata, kReachMs)) {
    heard_->away = std::move(reason);
  } else {
    rd_kafka_metadata_destroy(metadata);
  }
}

Status LibrdkafkaConsumer::await_broker() {
  for (int tries = 0; tries < kReachTries && !heard_->refused; ++tries) {
    const rd_kafka_metadata_t* metadata = nullptr;
    if (!reach(nullptr, &metadata, kReachMs)) continue;
    rd_kafka_metadata_destroy(metadata);
    return {};
  }
  if (auto failure = login_failure()) return *failure;
  const auto& reason = heard_->last_reason;
  return Error{"cannot reach Kafka: " + (reason.empty() ? "no answer" : reason), reach_hint()};
}

const char* LibrdkafkaConsumer::reach_hint() const {
  if (!heard_->refused) {
    return "is it running, is its HOST:PORT right, and does it want a security.protocol "
           "(--config)?";
  }
  return heard_->tokens == nullptr
             ? "see to security.protocol, sasl.* and ssl.* in the file of --config"
             : "the user or role must be allowed kafka-cluster:Connect (man pinpipe-aws), its "
               "session not have ended, and the port be that of IAM, 9098";
}

void LibrdkafkaConsumer::add_topic(const std::string& name) {
  auto* configuration = rd_kafka_topic_conf_new();
  rd_kafka_topic_conf_set_opaque(configuration, reinterpret_cast<void*>(topics_.size()));
  TopicHandle handle(rd_kafka_topic_new(kafka_.get(), name.c_str(), configuration),
                     rd_kafka_topic_destroy);
  topics_.push_back({name, std::move(handle), {}});
}

Result<int32_t> LibrdkafkaConsumer::partition_count(size_t topic) {
  const auto& [name, handle, started] = topics_[topic];
  const rd_kafka_metadata_t* metadata = nullptr;
  if (!reach(handle.get(), &metadata, kReachMs))
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
  if (code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED && heard_->tokens != nullptr)
    error.hint = kMayNotDescribe;
  return error;
}

Result<Consumer::Offsets> LibrdkafkaConsumer::offsets(size_t topic, int32_t partition) {
  Offsets offsets{};
  const auto code =
      rd_kafka_query_watermark_offsets(kafka_.get(), topics_[topic].name.c_str(), partition,
                                       &offsets.low, &offsets.high, kReachMs * kReachTries);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return offsets;
  return kafka_error("topic " + topics_[topic].name + ", partition " + std::to_string(partition),
                     code);
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
  rd_kafka_poll(kafka_.get(), 0);
  confirm_away();
  Read read;
  read.events = read_queue(milliseconds(0));
  if (read.events == 0) {
    wake_fetcher();
    read.events = read_queue(wait);
  }
  for (size_t i = 0; i < read.events; ++i) {
    if (read.status.ok()) read.status = take(*batch_[i], hooks, read.hook_failed);
    rd_kafka_message_destroy(batch_[i]);
  }
  return read;
}

size_t LibrdkafkaConsumer::read_queue(milliseconds wait) {
  const auto size = rd_kafka_consume_batch_queue(queue_.get(), static_cast<int>(wait.count()),
                                                 batch_.data(), batch_.size());
  return static_cast<size_t>(std::max<ssize_t>(size, 0));
}

// Where the queue was full, librdkafka (before 2.2) looks at it again only a second later, which
// would make a second of each 16 MiB. A question to the broker ends that sleep.
void LibrdkafkaConsumer::wake_fetcher() {
  if (read_since_empty_ >= kQueueBytes / 2 && last_read_) {
    const auto& [topic, partition] = *last_read_;
    int64_t low;
    int64_t high;
    rd_kafka_query_watermark_offsets(kafka_.get(), topics_[topic].name.c_str(), partition, &low,
                                     &high, kWakeMs);
  }
  read_since_empty_ = 0;
}

Status LibrdkafkaConsumer::take(const rd_kafka_message_t& message, const ReadHooks& hooks,
                                bool& hook_failed) {
  const auto topic = reinterpret_cast<size_t>(rd_kafka_topic_opaque(message.rkt));
  if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    heard_->away.reset();
    Record record{topic, message.partition, message.offset, std::nullopt};
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
  if (message.err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED && heard_->tokens != nullptr)
    error.hint = kMayNotRead;
  return error;
}

}  // namespace pinpipe::kafka
