#include "kafka/client.h"

#include <cstdlib>
#include <future>
#include <thread>
#include <utility>

#include "aws/credential_source.h"

namespace pinpipe::kafka {
namespace {

using std::chrono::milliseconds;

constexpr int kReachMs = 1000;
constexpr int kReachTries = 10;
constexpr std::chrono::seconds kDestroyWait{5};

}  // namespace

Error kafka_error(const std::string& what, rd_kafka_resp_err_t code) {
  return {what + ": " + rd_kafka_err2str(code), ""};
}

Result<std::unique_ptr<Client>> Client::connect(Options options) {
  std::unique_ptr<Client> client(new Client);
  const auto login = TRY(take_iam_login(options.properties));
  auto all = std::move(options.defaults);
  all.insert(all.end(), options.properties.begin(), options.properties.end());
  all.insert(all.end(), options.fixed.begin(), options.fixed.end());
  auto configuration = TRY(make_configuration(all));
  if (login) TRY(client->log_in_by(*login, configuration.get()));
  client->refresh_interval_ = milliseconds(
      std::atoll(property_of(configuration.get(), "topic.metadata.refresh.interval.ms").c_str()));
  rd_kafka_conf_set_opaque(configuration.get(), client->heard_.get());
  rd_kafka_conf_set_error_cb(configuration.get(), on_error);
  if (options.configure) options.configure(configuration.get());
  TRY(client->create(options.type, std::move(configuration)));
  TRY(client->await_broker());
  return client;
}

/// Credentials that are not there are told at once, in words of their own.
Status Client::log_in_by(const IamLogin& login, rd_kafka_conf_t* configuration) {
  const auto make = TRY(token_maker(login, aws::process_environment(), aws::process_servers()));
  TRY(make());
  heard_->tokens = std::make_unique<TokenRefresh>(make);
  rd_kafka_conf_set_oauthbearer_token_refresh_cb(configuration, on_token_refresh);
  rd_kafka_conf_enable_sasl_queue(configuration, 1);
  return {};
}

Status Client::create(rd_kafka_type_t type, Configuration configuration) {
  char why[512] = "";
  kafka_.reset(rd_kafka_new(type, configuration.get(), why, sizeof why));
  if (!kafka_) return Error{std::string("cannot set up the Kafka client: ") + why, ""};
  static_cast<void>(configuration.release());  // it is the handle's now
  if (heard_->tokens == nullptr) return {};
  const std::unique_ptr<rd_kafka_error_t, void (*)(rd_kafka_error_t*)> error(
      rd_kafka_sasl_background_callbacks_enable(kafka_.get()), rd_kafka_error_destroy);
  if (!error) return {};
  return Error{std::string("cannot set up the Kafka client: ") + rd_kafka_error_string(error.get()),
               ""};
}

/// Waits for librdkafka's threads, but not for ever: one of them hangs where a call failed that it
/// takes for granted, as fcntl for its pipes. Then they end with the process.
void Client::Destroy::operator()(rd_kafka_t* kafka) const {
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

void Client::on_error(rd_kafka_t*, int code, const char* reason, void* heard) {
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

void Client::on_token_refresh(rd_kafka_t* kafka, const char*, void* heard) {
  static_cast<Heard*>(heard)->tokens->refresh(tokens_of(kafka));
}

std::optional<Error> Client::login_failure() const {
  return heard_->tokens == nullptr ? std::nullopt : heard_->tokens->failure();
}

bool Client::reach(rd_kafka_topic_t* topic, const rd_kafka_metadata_t** metadata) {
  return ask(false, topic, metadata);
}

bool Client::reach_all(const rd_kafka_metadata_t** metadata) {
  return ask(true, nullptr, metadata);
}

bool Client::ask(bool all, rd_kafka_topic_t* topic, const rd_kafka_metadata_t** metadata) {
  const auto code = rd_kafka_metadata(kafka_.get(), all ? 1 : 0, topic, metadata, kReachMs);
  rd_kafka_poll(kafka_.get(), 0);  // hears on_error
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return false;
  heard_->away.reset();
  heard_->down.reset();
  return true;
}

/// Brokers end connections whose login has ended, all at once, and take new ones: they are away
/// only where none answers.
void Client::confirm_away() {
  if (!heard_->down) return;
  auto reason = std::move(*heard_->down);
  heard_->down.reset();
  const rd_kafka_metadata_t* metadata = nullptr;
  if (heard_->away || !reach(nullptr, &metadata)) {
    heard_->away = std::move(reason);
  } else {
    rd_kafka_metadata_destroy(metadata);
  }
}

Status Client::await_broker() {
  for (int tries = 0; tries < kReachTries && !heard_->refused; ++tries) {
    const rd_kafka_metadata_t* metadata = nullptr;
    if (!reach(nullptr, &metadata)) continue;
    rd_kafka_metadata_destroy(metadata);
    return {};
  }
  if (auto failure = login_failure()) return *failure;
  const auto& reason = heard_->last_reason;
  return Error{"cannot reach Kafka: " + (reason.empty() ? "no answer" : reason), reach_hint()};
}

const char* Client::reach_hint() const {
  if (!heard_->refused) {
    return "is it running, is its HOST:PORT right, and does it want a security.protocol "
           "(--config)?";
  }
  return heard_->tokens == nullptr
             ? "see to security.protocol, sasl.* and ssl.* in the file of --config"
             : "the user or role must be allowed kafka-cluster:Connect (man pinpipe-aws), its "
               "session not have ended, and the port be that of IAM, 9098";
}

}  // namespace pinpipe::kafka
