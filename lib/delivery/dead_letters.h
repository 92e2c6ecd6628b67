// Records that could not be delivered: as lines that can be sent again, and a file to keep them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "delivery/request.h"

namespace pinpipe::delivery {

/// Bytes that a dead letter may be longer than the request it was: its reason and status.
inline constexpr size_t kDeadLetterRoom = 4096;

/// `records` of `request` as lines: {"topic":…,"payload":{…},"reason":R,"status":S}, one line, or
/// one a record where the shape has no list. `status` 0, no reply, is null.
std::vector<std::string> dead_letters(const Request& request,
                                      const std::vector<std::string_view>& records,
                                      std::string_view reason, int status);

/// A file that lines are appended to.
class DeadLetterFile {
 public:
  /// Errors: I/O. REQUIRES: it is not read by this run, which would never end.
  static Result<DeadLetterFile> open(const std::string& path);

  DeadLetterFile(DeadLetterFile&& other) noexcept;
  ~DeadLetterFile();

  /// Appends whole lines or, where an error is returned, nothing.
  Status append(std::string_view lines);
  /// Errors: what shows only now.
  Status close();

 private:
  DeadLetterFile(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  Status end_last_line();

  int fd_;
  std::string path_;
};

}  // namespace pinpipe::delivery
