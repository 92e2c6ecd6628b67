// Bytes to a file or a pipe, through zstd where asked.
//
// A file is whole or absent (stream/new_file.h): it gets its name by `commit`, and an Output that
// is destroyed without that removes what it wrote. Devices, named pipes and descriptors
// (/dev/stdout) are written to. Writing to a pipe whose reader has gone raises SIGPIPE, which ends
// the process quietly unless somebody changed that.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/status.h"
#include "stream/new_file.h"

namespace pinpipe::stream {

class ZstdEncoder;

struct OutputOptions {
  std::string path = "-";         ///< "-" is standard output
  std::optional<int> zstd_level;  ///< unset: compressed only if `path` ends in ".zst"
  unsigned threads = 1;           ///< more than one: compression has so many of its own
  std::function<void()> before_write = nullptr;  ///< called before bytes go to a terminal, and
                                                 ///< before the reader can see the end
};

inline constexpr int kDefaultZstdLevel = 3;  ///< that of the zstd command

class Output {
 public:
  static Result<Output> open(const OutputOptions& options);

  Output(Output&&) noexcept;
  Output& operator=(Output&&) noexcept;
  ~Output();

  /// Writes `bytes`. With `flush`, all written so far can be read at the other end on return;
  /// without, zstd may hold some back. Errors: I/O, a full disk.
  Status write(std::string_view bytes, bool flush);

  /// Ends the zstd frame, closes, and gives the file its name. Nothing may be written after.
  Status commit();

  /// Whether this is a file that gets its name only by `commit`.
  bool is_file() const { return file_.is_hidden(); }
  const std::string& name() const { return name_; }  ///< path, or "stdout"

 private:
  explicit Output(std::string name);
  Status open_target(const std::string& path);
  Status close_descriptor();

  int fd_ = -1;  // of file_, or ours
  std::string name_;
  NewFile file_;  // none for what is written to as it is
  std::unique_ptr<ZstdEncoder> zstd_;
  std::function<void()> before_write_;
  bool is_terminal_ = false;
};

/// Writes all of `bytes` to `fd`, and waits where it is a full pipe that does not block. Errors:
/// I/O; `name` is for them.
Status write_all(int fd, std::string_view bytes, const std::string& name);

}  // namespace pinpipe::stream
