// A client of librdkafka, whether it reads or writes: made of properties, logged in, told of
// brokers that go away, and ended without hanging.
//
// A broker that goes away is tried again for ever. Everything is for one thread; tokens of IAM are
// made in one of librdkafka's.
#pragma once

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "kafka/properties.h"
#include "kafka/token_refresh.h"

namespace pinpipe::kafka {

/// "WHAT: " and librdkafka's words for `code`.
Error kafka_error(const std::string& what, rd_kafka_resp_err_t code);

class Client {
 public:
  struct Options {
    rd_kafka_type_t type = RD_KAFKA_CONSUMER;
    std::vector<Property> defaults;    ///< which the user may override
    std::vector<Property> properties;  ///< the user's
    std::vector<Property> fixed;       ///< which the user may not override
    /// What is to be set of callbacks; may be empty.
    std::function<void(rd_kafka_conf_t*)> configure;
  };

  /// Reaches a broker, within 10 s. Errors: a property that librdkafka does not know or take; no
  /// credentials of IAM, where it is to log in by it; no broker, with its reason.
  static Result<std::unique_ptr<Client>> connect(Options options);
  Client(const Client&) = delete;

  rd_kafka_t* get() const { return kafka_.get(); }
  bool logs_in_by_iam() const { return heard_->tokens != nullptr; }
  /// topic.metadata.refresh.interval.ms of the properties.
  std::chrono::milliseconds refresh_interval() const { return refresh_interval_; }

  /// Who gets what callbacks hear; nobody where that is null. `heard` is what they are called with.
  void set_owner(void* owner) { heard_->owner = owner; }
  static void* owner_of(void* heard) { return static_cast<Heard*>(heard)->owner; }

  /// Asks brokers for metadata of `topic`, of none where that is null; whether one answered.
  /// `metadata` is then the caller's to destroy.
  bool reach(rd_kafka_topic_t* topic, const rd_kafka_metadata_t** metadata);
  /// The same of all topics.
  bool reach_all(const rd_kafka_metadata_t** metadata);
  /// Finds out whether brokers of which no connection is left are away, which may take a second.
  void confirm_away();
  /// A broker was heard of.
  void note_answer() { heard_->away.reset(); }
  /// Why no broker can be reached, since that is so.
  const std::optional<std::string>& away() const { return heard_->away; }
  /// Why logins cannot be renewed, since that is so. Connections that there are may go on.
  std::optional<Error> login_failure() const;

 private:
  /// What librdkafka's callbacks need. They get it from the handle, which lives longer than we do
  /// where it hangs.
  struct Heard {
    std::unique_ptr<TokenRefresh> tokens;  ///< of a login by IAM
    void* owner = nullptr;
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

  Client() = default;
  bool ask(bool all, rd_kafka_topic_t* topic, const rd_kafka_metadata_t** metadata);
  static void on_error(rd_kafka_t* kafka, int code, const char* reason, void* heard);
  static void on_token_refresh(rd_kafka_t* kafka, const char* config, void* heard);
  Status log_in_by(const IamLogin& login, rd_kafka_conf_t* configuration);
  Status create(rd_kafka_type_t type, Configuration configuration);
  Status await_broker();
  const char* reach_hint() const;

  std::shared_ptr<Heard> heard_ = std::make_shared<Heard>();
  Handle kafka_{nullptr, {heard_}};
  std::chrono::milliseconds refresh_interval_{};
};

}  // namespace pinpipe::kafka
