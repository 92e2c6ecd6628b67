// The folder where objects grow, out of sight of their readers. It is locked as long as it is held,
// so that no second sink writes to the same place; then it is removed.
#pragma once

#include <string>

#include "base/status.h"

namespace pinpipe::kafka {

class WorkFolder {
 public:
  /// Makes the folder `path` and those above it, locks it, and removes what a run that was killed
  /// has left there. Nobody else may look into it. Errors: I/O; another process holds it; it
  /// belongs to somebody else, or is a link.
  static Result<WorkFolder> open(const std::string& path);

  WorkFolder(WorkFolder&& other) noexcept;
  WorkFolder& operator=(WorkFolder&& other) noexcept;
  ~WorkFolder();

  const std::string& path() const { return path_; }

 private:
  WorkFolder(std::string path, int lock_fd);
  void abandon();

  std::string path_;
  int lock_fd_ = -1;
};

}  // namespace pinpipe::kafka
