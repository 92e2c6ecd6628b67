// The log on standard error. Every line of it is written here.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/status.h"

namespace pinpipe::cli {

/// "tool: error: what" and, where there is one, "hint: ...".
void log_error(std::string_view tool, const Error& error);
/// "tool: error: what", the hint, and "try 'tool --help'".
void log_misuse(std::string_view tool, const Error& error);
/// One line as it is: rejects, stats.
void log_line(std::string_view line);
/// The progress line of a terminal, over the one before; "" wipes it. Other lines wipe it, too.
void log_progress(std::string_view line);
/// Before each line, wipes so many columns: another process has its progress on this terminal.
void wipe_before_lines(size_t columns);
/// Wipes the progress line. Async-signal-safe: for the handler of a signal that ends the process.
void wipe_progress_at_once();

}  // namespace pinpipe::cli
