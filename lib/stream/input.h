// Bytes from a file or a pipe, zstd and gzip undone.
//
// Compressed input is recognised by its first bytes, whatever its name; several frames, skippable
// ones among them, or several members are one stream. An Input knows when reading on would block,
// so that its reader can let go of what it has before it waits.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/status.h"

namespace pinpipe::stream {

class Decoder;

class Input {
 public:
  /// Opens `path`; "-" is standard input.
  static Result<Input> open(const std::string& path);

  Input(Input&&) noexcept;
  Input& operator=(Input&&) noexcept;
  ~Input();

  enum class Got { bytes, end, nothing_yet };
  struct Read {
    Got got;
    size_t size = 0;  ///< bytes written to `into`; not zero where got is `bytes`
  };

  /// Reads up to `most` bytes, waiting at most `wait_ms` for the first (-1: for ever, 0: not at
  /// all). `end` also when interrupted. Errors: I/O, truncated or corrupt zstd
  /// and gzip.
  Result<Read> read(char* into, size_t most, int wait_ms);

  /// Makes a waiting read, and every later one, return `end`. Safe from another thread.
  void interrupt();

  const std::string& name() const { return name_; }  ///< path, or "stdin"
  /// "zstd" or "gzip" where it is that; else "". Known once something has been read.
  std::string_view compression() const;
  /// Bytes taken from the file so far (compressed ones where it is compressed).
  uint64_t bytes_read() const { return bytes_read_; }

 private:
  Input(int fd, int interrupt_fd, std::string name);
  Result<Read> read_file(char* into, size_t most, int wait_ms);
  Result<Read> read_compressed(char* into, size_t most, int wait_ms);
  Result<Got> sniff(int wait_ms);
  Got wait(int wait_ms);

  int fd_ = -1;
  int interrupt_fd_ = -1;
  bool can_block_ = true;  // a regular file never does
  bool sniffed_ = false;
  std::string name_;
  bool at_end_ = false;   // of the file
  std::string head_;      // bytes read while sniffing, or compressed ones, of which the first
  size_t head_used_ = 0;  // so many have been given out
  uint64_t bytes_read_ = 0;
  std::unique_ptr<Decoder> decoder_;
};

/// All that is in `path`, unpacked where it is compressed: of lists and states, which are short.
/// Errors: I/O, truncated input.
Result<std::string> read_whole(const std::string& path);

}  // namespace pinpipe::stream
