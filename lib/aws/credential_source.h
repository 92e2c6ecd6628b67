// Credentials for as long as a run takes: those that end are got anew before they do.
#pragma once

#include <ctime>
#include <functional>
#include <memory>
#include <optional>

#include "aws/credentials.h"
#include "base/mutex.h"

namespace pinpipe::aws {

/// Commands and servers of this machine, as credentials are asked of them: no proxy, one try.
CredentialServers local_servers();

/// Safe from several threads.
class CredentialSource {
 public:
  /// `on_new` hears of each that was found, before it is used.
  CredentialSource(
      Environment environment, CredentialServers servers,
      std::function<void(const Credentials&)> on_new = nullptr,
      std::function<std::time_t()> now = [] { return std::time(nullptr); });

  /// Credentials that can be used now. Looks for them at the first call, and from 15 minutes before
  /// they end, at most once a minute. Errors: those of find_credentials, where none is left.
  Result<Credentials> get();

 private:
  Environment environment_;
  CredentialServers servers_;
  std::function<void(const Credentials&)> on_new_;
  std::function<std::time_t()> now_;
  Mutex mutex_;
  std::optional<Result<Credentials>> known_ GUARDED_BY(mutex_);
  std::time_t look_at_ GUARDED_BY(mutex_) = 0;
};

/// The source of this process.
std::shared_ptr<CredentialSource> process_credentials(
    std::function<void(const Credentials&)> on_new = nullptr);

}  // namespace pinpipe::aws
