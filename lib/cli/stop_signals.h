// SIGINT and SIGTERM as something to read, rather than as the end of the process: what is under way
// must be finished, and the rest accounted for.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace pinpipe::cli {

class StopSignals {
 public:
  /// Blocks the signals for this thread and all that it starts from now on, and ignores SIGPIPE.
  /// Signals that the parent ignores stay ignored. With `with_user_signal` SIGUSR1 is one of them.
  explicit StopSignals(bool with_user_signal = false);
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;

  /// Can be read when a signal came.
  int fd() const { return fd_; }
  /// The name of a signal that came since the last call.
  std::optional<std::string> next();
  /// Waits until `due` for a signal.
  std::optional<std::string> wait_until(std::chrono::steady_clock::time_point due);

 private:
  int fd_;
};

/// Whether the reader of standard output has gone.
bool reader_has_gone();

/// Ends the process as SIGPIPE does.
void die_of_sigpipe();

/// Ends the process as the signal of that name, SIGINT or SIGTERM, would have: a shell sees 130 or
/// 143.
void die_of(const std::string& name);

}  // namespace pinpipe::cli
