// The run of emulate-posts: draws, posts and sleeps.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/stop_signals.h"
#include "cli/tool.h"
#include "ndjson/rejects.h"
#include "open_source.h"
#include "options.h"
#include "posts/schedule.h"
#include "stream/output.h"

namespace pinpipe {

class Emulator {
 public:
  /// All that is given must outlive the Emulator.
  Emulator(cli::Tool& tool, const Emulation& emulation, OpenSource& source,
           ndjson::RejectLog& rejects, stream::Output& output);

  /// Posts what was asked for. Errors: the source, the output, the log of rejects.
  Status run();
  /// Lets one of `signals` end a paced run, after a whole post.
  void poll(cli::StopSignals& signals) { signals_ = &signals; }
  /// The name of the signal that ended it, if one did.
  const std::optional<std::string>& ended_by() const { return ended_by_; }

  const cli::Outcome& outcome() const { return outcome_; }

 private:
  /// Some posts in a row.
  struct Block {
    std::vector<posts::Row> rows;
    size_t done = 0;  // of `rows`; those that were made last are
    size_t made = 0;  // so many
    Buffer posts;
    std::vector<posts::MissingRow> missing;
    Status status;

    bool finished() const { return done == rows.size(); }
    void start() {
      rows.clear();
      done = 0;
    }
  };

  bool sleep_until(std::chrono::steady_clock::time_point due);
  Status run_unpaced();
  Status run_paced();
  void make(Block& block) const;
  static void reject_overlong(Block& block, std::span<const posts::Row> made);
  Status make_all(Block& block);
  Status write(Block& block, bool flush);

  cli::Tool& tool_;
  const Emulation& emulation_;
  OpenSource& source_;
  ndjson::RejectLog& rejects_;
  stream::Output& output_;
  posts::Draws draws_;
  cli::Outcome outcome_;
  uint64_t bytes_ = 0;
  cli::StopSignals* signals_ = nullptr;
  std::optional<std::string> ended_by_;
};

}  // namespace pinpipe
