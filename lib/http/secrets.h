// The words of a server as part of a message: without our secrets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"

namespace pinpipe::http {

/// Takes secrets out of messages. A server that refuses a signature or a key may well quote it.
/// Safe from several threads.
class Secrets {
 public:
  /// Texts of fewer than 6 bytes are not looked for: they would be found everywhere.
  void add(std::string_view secret);
  /// `text` with each secret, in plain or as a part of a JSON string, replaced by "***".
  std::string hidden_in(std::string text) const;

 private:
  mutable Mutex mutex_;
  std::vector<std::string> all_ GUARDED_BY(mutex_);
};

}  // namespace pinpipe::http
