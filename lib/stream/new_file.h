// A file that is whole or absent: written under a name of its own, which it loses for the right
// one.
//
// The name it has meanwhile is hidden, in the same folder, and starts with ".pinpipe-". What a run
// that was killed left there is removed by the next run that writes the same file: a file that
// nobody holds a lock on is nobody's.
#pragma once

#include <string>

#include "base/status.h"

namespace pinpipe::stream {

class NewFile {
 public:
  /// Whether others may write a file of the same name at the same time; the last one's stays.
  enum class Sharing { shared, exclusive };

  /// Makes the file that is to be `path`, links followed. It has the permissions of the one that it
  /// will replace, but for set-user-id and its like. Errors, before any work was done: the folder
  /// cannot be written, `path` is a folder or a mount point; where exclusive, another run writes it
  /// now, or wrote it since this process was started.
  static Result<NewFile> create(const std::string& path, Sharing sharing = Sharing::shared);

  NewFile() = default;
  NewFile(NewFile&&) noexcept;
  NewFile& operator=(NewFile&&) noexcept;
  /// Removes what was not published.
  ~NewFile();

  /// To write to; stays open until this is destroyed. -1 where there is none.
  int fd() const { return fd_; }
  /// Brings all to the disk and gives the file its name. Errors: I/O; where exclusive, `path` is no
  /// longer what it was. REQUIRES: not published.
  Status publish();
  /// Whether it waits for publish().
  bool is_hidden() const { return !hidden_.empty(); }

 private:
  Status open_hidden();
  Status check_alone();

  int fd_ = -1;
  std::string path_;    // where it will be
  std::string hidden_;  // where it is; empty once published
  bool exclusive_ = false;
};

/// Removes what was not published of all NewFiles. Async-signal-safe: for a handler of SIGINT and
/// SIGTERM.
void remove_hidden_files();

}  // namespace pinpipe::stream
