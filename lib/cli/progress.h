// How far a run is, for people: one line on a terminal, some times a second.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "cli/terminal.h"

namespace pinpipe::cli {

class Progress {
 public:
  using Clock = std::chrono::steady_clock;

  /// On the terminal that is standard error. `bytes_total` is 0 where the sizes of the inputs are
  /// not known.
  explicit Progress(uint64_t bytes_total);

  /// Shows totals so far, unless that was done a moment ago, or another process shows its own.
  void show(uint64_t records, uint64_t bytes, uint64_t records_total);

 private:
  uint64_t bytes_total_;
  TerminalLine line_;
  size_t width_;  // of the terminal
  Clock::time_point start_ = Clock::now();
  Clock::time_point shown_ = start_;
};

/// "12.3 MiB  45,678 records  1.2 MiB/s  3,456 records/s  42 %  ETA 0:12": what a run shows after
/// `seconds`. `done` is the share that is done, 0 where it is not known.
std::string progress_text(uint64_t records, uint64_t bytes, double seconds, double done);

}  // namespace pinpipe::cli
