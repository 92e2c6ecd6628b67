// Reads all records and answers the questions.
#pragma once

#include "cli/tool.h"
#include "request.h"

namespace pinpipe {

/// Writes the answers where the tool's options say. Nothing is written if `--fail-fast` ended the
/// run: an answer about some of the records would look like one about all.
Result<cli::Outcome> answer(cli::Tool& tool, const Request& request);

}  // namespace pinpipe
