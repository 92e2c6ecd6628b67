// Bytes to a file or a pipe, through zstd where asked.
//
// A file is whole or absent: it is written under a temporary name beside its own and renamed by
// `commit`. An Output that is destroyed without it removes what it wrote. Writing to a pipe whose
// reader has gone raises SIGPIPE, which ends the process quietly unless somebody changed that.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "stream/error.h"

namespace pinpipe::stream {

class ZstdEncoder;

struct OutputOptions {
  std::string path = "-";         ///< "-" is standard output
  std::optional<int> zstd_level;  ///< unset: compressed only if `path` ends in ".zst"
  unsigned threads = 1;           ///< more than one: compression has so many of its own
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
  bool is_file() const { return !temporary_.empty(); }
  const std::string& name() const { return name_; }  ///< path, or "stdout"

 private:
  Output(int fd, std::string path, std::string temporary);
  Status write_file(std::string_view bytes);
  void discard();

  int fd_ = -1;
  std::string name_;
  std::string path_;
  std::string temporary_;  // empty for standard output and devices
  std::unique_ptr<ZstdEncoder> zstd_;
};

/// Removes the temporary files of all open Outputs. Async-signal-safe: for a handler of SIGINT and
/// SIGTERM.
void remove_temporary_files();

}  // namespace pinpipe::stream
