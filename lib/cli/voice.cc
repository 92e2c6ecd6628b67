#include "cli/voice.h"

#include <unistd.h>

#include <mutex>
#include <string>

#include "cli/printable.h"
#include "stream/output.h"

namespace pinpipe::cli {
namespace {

std::mutex voice;  // one line at a time, from whatever thread
size_t progress_width = 0;

void say(std::string_view text, size_t width_left = 0) {
  std::lock_guard lock(voice);
  std::string all;
  if (progress_width > 0) all = "\r" + std::string(progress_width, ' ') + "\r";
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

void tell_error(std::string_view tool, const Error& error) { say(error_text(tool, error)); }

void tell_misuse(std::string_view tool, const Error& error) {
  say(error_text(tool, error) + "try '" + std::string(tool) + " --help'\n");
}

void tell_line(std::string_view line) { say(printable(line) + "\n"); }

void tell_progress(std::string_view line) { say(line, line.size()); }

}  // namespace pinpipe::cli
