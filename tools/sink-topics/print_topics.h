// sink-topics --stdout.
#pragma once

#include "base/status.h"
#include "cli/tool.h"
#include "options.h"

namespace pinpipe {

/// Prints the topics of `run`. Does not return where the reader of standard output has gone.
Result<cli::Outcome> print_topics(cli::Tool& tool, const SinkRun& run);

}  // namespace pinpipe
