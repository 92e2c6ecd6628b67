// Tokens for librdkafka's logins by OAUTHBEARER.
//
// librdkafka asks for one before its first login, again when four fifths of a token's time are
// over, and 10 s after a failure; with a new one it logs in where a connection is made, and
// connections stay as they are. It asks from a thread of its own, so that a token is there in time
// whatever the thread that reads is doing.
#pragma once

#include <librdkafka/rdkafka.h>

#include <functional>
#include <optional>
#include <string>

#include "aws/msk_token.h"
#include "base/mutex.h"
#include "base/status.h"
#include "kafka/iam_login.h"

namespace pinpipe::kafka {

class TokenRefresh {
 public:
  /// Where a token goes, or why there is none.
  struct To {
    std::function<Status(const aws::MskToken&)> set;
    std::function<void(const std::string& why)> set_failure;
  };

  explicit TokenRefresh(TokenMaker make) : make_(std::move(make)) {}

  /// Makes a token, and hands it over.
  void refresh(const To& to);

  /// Why there is no new token, since that is so. Safe from several threads.
  std::optional<Error> failure() const;

 private:
  TokenMaker make_;
  mutable Mutex mutex_;
  std::optional<Error> failure_ GUARDED_BY(mutex_);
};

/// Hands tokens over to a client.
TokenRefresh::To tokens_of(rd_kafka_t* kafka);

}  // namespace pinpipe::kafka
