// Runs a command and waits for its end: what credential_process of a profile names.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace pinpipe::aws {

/// Runs `command`, found on PATH, and calls `on_line` (if there is one) with each line of its
/// output, without the newline. It cannot outlive us, even if we are killed, and a signal from the
/// terminal goes to us alone. Errors: it cannot be run, or ends with another status than 0; the
/// message has the last line that it wrote to standard error.
Status run_child(const std::vector<std::string>& command,
                 const std::function<void(std::string_view line)>& on_line);

}  // namespace pinpipe::aws
