// The run of emulate-posts: draws, posts and sleeps.
#pragma once

#include <vector>

#include "cli/tool.h"
#include "ndjson/rejects.h"
#include "open_source.h"
#include "options.h"
#include "source/draws.h"
#include "stream/output.h"

namespace pinpipe {

class Emulator {
 public:
  /// All that is given must outlive the Emulator.
  Emulator(cli::Tool& tool, const Emulation& emulation, OpenSource& source,
           ndjson::RejectLog& rejects, stream::Output& output);

  /// Posts what was asked for. Errors: the source, the output, the log of rejects.
  Status run();

  const cli::Outcome& outcome() const { return outcome_; }

 private:
  /// Some posts in a row.
  struct Block {
    std::vector<source::Row> rows;
    stream::Buffer posts;
    std::vector<source::MissingRow> missing;
    Status status;
  };

  Status run_unpaced();
  Status run_paced();
  void make(Block& block) const;
  Status write(Block& block, bool flush);

  cli::Tool& tool_;
  const Emulation& emulation_;
  OpenSource& source_;
  ndjson::RejectLog& rejects_;
  stream::Output& output_;
  source::Draws draws_;
  cli::Outcome outcome_;
  uint64_t bytes_ = 0;
};

}  // namespace pinpipe
