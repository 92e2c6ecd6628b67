// Opens the source that was asked for.
#pragma once

#include <memory>

#include "cli/tool.h"
#include "ndjson/rejects.h"
#include "options.h"
#include "posts/source.h"

namespace pinpipe {

struct OpenSource {
  std::unique_ptr<posts::Source> posts;
  posts::Row rows = 0;    ///< to draw from
  uint64_t rejected = 0;  ///< lines of a pool that are no posts; they went to the log
};

/// Errors: those of the source; a pool without posts, or with fewer than were asked for.
Result<OpenSource> open_source(const cli::Tool& tool, const Emulation& emulation,
                               ndjson::RejectLog& rejects);

}  // namespace pinpipe
