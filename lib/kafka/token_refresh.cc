#include "kafka/token_refresh.h"

#include <utility>

namespace pinpipe::kafka {
namespace {

/// Who logs in stands in the token; librdkafka wants a name of it that is not "".
constexpr const char* kPrincipal = "pinpipe";

}  // namespace

void TokenRefresh::refresh(const To& to) {
  const auto token = caught([this] { return make_(); });
  const auto status = token.ok() ? to.set(token.value()) : Status(token.error());
  {
    const MutexLock lock(mutex_);
    failure_ = status.ok() ? std::nullopt : std::optional(status.error());
  }
  if (!status.ok()) to.set_failure(status.error().what);  // who hears it finds failure()
}

std::optional<Error> TokenRefresh::failure() const {
  const MutexLock lock(mutex_);
  return failure_;
}

TokenRefresh::To tokens_of(rd_kafka_t* kafka) {
  TokenRefresh::To to;
  to.set = [kafka](const aws::MskToken& token) -> Status {
    char why[512] = "";
    const auto code =
        rd_kafka_oauthbearer_set_token(kafka, token.value.c_str(), int64_t{token.expires} * 1000,
                                       kPrincipal, nullptr, 0, why, sizeof why);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    return Error{std::string("a token cannot be used: ") + why, ""};
  };
  to.set_failure = [kafka](const std::string& why) {
    rd_kafka_oauthbearer_set_token_failure(kafka, why.c_str());
  };
  return to;
}

}  // namespace pinpipe::kafka
