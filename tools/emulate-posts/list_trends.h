// --list-trends: who must lead when.
#pragma once

#include "cli/tool.h"
#include "options.h"

namespace pinpipe {

/// Prints the trends that the posts of `emulation` meet, without -n those of a day. REQUIRES:
/// emulation.trends. Errors: the output.
Result<cli::Outcome> list_trends(cli::Tool& tool, const Emulation& emulation);

}  // namespace pinpipe
