#include "cli/log.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <string>

#include "base/mutex.h"
#include "base/printable.h"
#include "stream/output.h"

namespace pinpipe::cli {
namespace {

Mutex log_mutex;  // one line at a time, from whatever thread
std::atomic<size_t> progress_width = 0;
size_t others_width GUARDED_BY(log_mutex) = 0;  // of the progress line of another process

void say(std::string_view text, size_t width_left = 0) {
  const MutexLock lock(log_mutex);
  std::string all;
  const size_t width = std::max<size_t>(progress_width, text.empty() ? 0 : others_width);
  if (width > 0) all = "\r" + std::string(width, ' ') + "\r";
  progress_width = width_left;
  // Nobody hears where this fails; there is nowhere to say so.
  (void)stream::write_all(STDERR_FILENO, all.append(text), "stderr").ok();
}

std::string error_text(std::string_view tool, const Error& error) {
  std::string text = std::string(tool) + ": error: " + printable(error.what) + "\n";
  if (!error.hint.empty()) text += "hint: " + printable(error.hint) + "\n";
  return text;
}

}  // namespace

void log_error(std::string_view tool, const Error& error) { say(error_text(tool, error)); }

void log_misuse(std::string_view tool, const Error& error) {
  say(error_text(tool, error) + "try '" + std::string(tool) + " --help'\n");
}

void log_line(std::string_view line) { say(printable(line) + "\n"); }

void log_progress(std::string_view line) { say(line, line.size()); }

void wipe_before_lines(size_t columns) {
  const MutexLock lock(log_mutex);
  others_width = columns;
}

void wipe_progress_at_once() {
  constexpr char kBlanks[] = "                                                                ";
  const auto put = [](const char* text, size_t size) {
    return ::write(STDERR_FILENO, text, size) == static_cast<ssize_t>(size);
  };
  size_t left = progress_width;
  if (left == 0 || !put("\r", 1)) return;
  while (left > 0) {
    const size_t size = std::min(left, sizeof kBlanks - 1);
    if (!put(kBlanks, size)) return;
    left -= size;
  }
  put("\r", 1);
}

}  // namespace pinpipe::cli
