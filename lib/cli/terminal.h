// What is known of the terminal that a descriptor is.
#pragma once

#include <cstddef>
#include <optional>

namespace pinpipe::cli {

/// Columns of the terminal that `fd` is: those of COLUMNS, else those that it says it has. Nothing
/// where it is no terminal, or neither is known.
std::optional<size_t> terminal_width(int fd);

/// Whether what is written to `fd` may have colours: it is a terminal, TERM is not `dumb`, and
/// NO_COLOR (https://no-color.org) is not set.
bool has_colours(int fd);

/// The one line of a terminal that says how far a run is. Several processes may want it, those of
/// one pipe for instance: who asks first has it until it ends, by an advisory lock on the terminal.
class TerminalLine {
 public:
  /// Of the terminal that `fd` is.
  explicit TerminalLine(int fd);
  ~TerminalLine();
  TerminalLine(const TerminalLine&) = delete;

  /// Whether the line is ours; asks for it where it is not. Ours, too, where the terminal knows no
  /// locks.
  bool take();

 private:
  int lock_fd_;
  bool is_ours_ = false;
};

}  // namespace pinpipe::cli
