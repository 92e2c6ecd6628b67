// Credentials for as long as a run takes: those that end are got anew before they do.
#pragma once

#include <ctime>
#include <functional>
#include <memory>
#include <optional>

#include "aws/credentials.h"
#include "base/mutex.h"

namespace pinpipe::aws {

/// Commands and servers of this machine, without a proxy, and STS; one try each.
CredentialServers process_servers();

/// Whether no request can count on credentials any more, which would be sent, or looked at, behind
/// their end.
bool end_at_once(const Credentials& credentials, std::time_t now);

/// Safe from several threads.
class CredentialSource {
 public:
  /// `on_new` hears of each that `find` found, before it is used.
  CredentialSource(std::function<Result<Credentials>()> find,
                   std::function<void(const Credentials&)> on_new,
                   std::function<std::time_t()> now);
  /// Of find_credentials, by the clock of `servers`.
  CredentialSource(const Environment& environment, const CredentialServers& servers,
                   std::function<void(const Credentials&)> on_new = nullptr);

  /// Credentials that can be used now. Looks for them at the first call, and from 15 minutes before
  /// they end, at most once a minute: sooner where less than two are left, and 5 s behind an error
  /// that may pass. What ends at once is given only where it was found just now. Errors: those of
  /// `find`, where none is left.
  Result<Credentials> get();

 private:
  std::function<Result<Credentials>()> find_;
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
