// A file that is read at once: of lists and states, which are short.
#pragma once

#include <string>

#include "base/status.h"

namespace pinpipe::stream {

/// All that is in `path`, unpacked where it is compressed. Errors: I/O, truncated input.
Result<std::string> read_whole(const std::string& path);

}  // namespace pinpipe::stream
