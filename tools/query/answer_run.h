// Reads all records and answers the questions.
#pragma once

#include <optional>

#include "cli/tool.h"
#include "request.h"

namespace pinpipe {

/// Writes the answers where the tool's options say. Nothing is written if `--fail-fast` ended the
/// run: an answer about some of the records would look like one about all.
Result<cli::Outcome> answer(cli::Tool& tool, const Request& request);

/// Columns of the terminal that standard output is; nothing where it is none.
std::optional<size_t> terminal_width();

}  // namespace pinpipe
