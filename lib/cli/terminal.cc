#include "cli/terminal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string_view>

#include "base/number.h"

namespace pinpipe::cli {

std::optional<size_t> terminal_width(int fd) {
  if (!isatty(fd)) return std::nullopt;
  if (const char* columns = std::getenv("COLUMNS")) {
    if (const auto width = to_number<size_t>(columns); width && *width > 0) return *width;
  }
  winsize size{};
  if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return std::nullopt;
  return size.ws_col;
}

bool has_colours(int fd) {
  const char* none = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  return isatty(fd) && (none == nullptr || *none == '\0') &&
         (term == nullptr || term != std::string_view("dumb"));
}

TerminalLine::TerminalLine(int fd) : lock_fd_(-1) {
  // A lock belongs to an open file, and others share ours with us: it takes one of our own.
  char path[64];
  if (ttyname_r(fd, path, sizeof path) == 0) lock_fd_ = open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC);
}

TerminalLine::~TerminalLine() {
  if (lock_fd_ >= 0) close(lock_fd_);
}

bool TerminalLine::take() {
  if (!is_ours_) {
    is_ours_ = lock_fd_ < 0 || flock(lock_fd_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
  }
  return is_ours_;
}

}  // namespace pinpipe::cli
