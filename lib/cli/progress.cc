#include "cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>

#include "cli/log.h"

namespace pinpipe::cli {
namespace {

constexpr auto kInterval = std::chrono::milliseconds(200);
constexpr size_t kUsualWidth = 80;

std::string bytes_text(double bytes) {
  constexpr std::array kUnits{"B", "KiB", "MiB", "GiB", "TiB"};
  size_t unit = 0;
  for (; bytes >= 1024 && unit + 1 < kUnits.size(); ++unit) bytes /= 1024;
  return fmt::format("{:.{}f} {}", bytes, unit == 0 ? 0 : 1, kUnits[unit]);
}

std::string count_text(double count) {
  std::string digits = fmt::format("{:.0f}", count);
  for (size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

}  // namespace

std::string progress_text(uint64_t records, uint64_t bytes, double seconds, double done) {
  const double rate = seconds > 0 ? 1 / seconds : 0;
  std::string text;
  if (bytes > 0) text = bytes_text(double(bytes)) + "  ";
  text += count_text(double(records)) + " records";
  if (bytes > 0) text += "  " + bytes_text(double(bytes) * rate) + "/s";
  text += "  " + count_text(double(records) * rate) + " records/s";
  if (done <= 0) return text;
  const auto left = static_cast<uint64_t>(seconds / done - seconds);
  return text + fmt::format("  {:.0f} %  ETA {}:{:02}", done * 100, left / 60, left % 60);
}

Progress::Progress(uint64_t bytes_total)
    : bytes_total_(bytes_total),
      line_(STDERR_FILENO),
      width_(terminal_width(STDERR_FILENO).value_or(kUsualWidth)) {}

void Progress::show(uint64_t records, uint64_t bytes, uint64_t records_total) {
  const auto now = Clock::now();
  if (now - shown_ < kInterval) return;
  shown_ = now;
  const bool is_ours = line_.take();
  wipe_before_lines(is_ours ? 0 : width_ - 1);
  if (!is_ours) return;
  double done = 0;
  if (records_total > 0) {
    done = double(records) / double(records_total);
  } else if (bytes_total_ > 0) {
    done = double(bytes) / double(bytes_total_);
  }
  const double seconds = std::chrono::duration<double>(now - start_).count();
  // What reaches the last column may go on in the next line, which is not wiped.
  log_progress(progress_text(records, bytes, seconds, done).substr(0, width_ - 1));
}

}  // namespace pinpipe::cli
