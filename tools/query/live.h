// A run that answers while it reads: windows, snapshots, changes, and the state to go on from.
#pragma once

#include "cli/tool.h"
#include "request.h"

namespace pinpipe {

/// Reads until the input ends, or until SIGINT or SIGTERM, and writes answers as request.live says.
/// SIGUSR1 has it write what it knows and go on. REQUIRES: request.live; no other thread yet
Result<cli::Outcome> answer_live(cli::Tool& tool, const Request& request,
                                 query::MemoryCeiling ceiling);

/// What was folded, as members of --stats.
std::string stats_of(const query::PostCounts& counts);

}  // namespace pinpipe
