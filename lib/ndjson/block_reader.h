// Files in, blocks of whole lines out.
//
// A block is let go as soon as reading on would block, so that a line that has arrived is never
// kept waiting for the next. Memory is one block, however long the input; a line that fits no block
// makes it grow, up to `max_line`; the rest of a longer one is skipped and counted.
//
// Many threads could have such a line each. So what blocks are longer than `block_size` comes out
// of one budget, BlockReader::kMaxExcess, for all that are under way: `next` waits until some are
// given back. A block that is the only one of them may be as long as its line.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/buffer.h"
#include "base/mutex.h"
#include "ndjson/form_reader.h"
#include "stream/input.h"
#include "stream/ordered_run.h"

namespace pinpipe::ndjson {

struct BlockOptions {
  /// Bytes read at most before lines are worked on.
  size_t block_size = 256 * 1024;
  static constexpr uint64_t kMaxBlockSize = 64 * 1024 * 1024;
  /// What many threads share, so that they stay within 64 MB with all that is made of their blocks.
  static size_t block_size_for(unsigned threads) {
    constexpr size_t kAll = 2 * 1024 * 1024;
    return std::clamp<size_t>(kAll / std::max(threads, 1u), 8 * 1024, BlockOptions().block_size);
  }
  /// Bytes of one line at most. Offsets within a line have 32 bits.
  size_t max_line = 64 * 1024 * 1024;
  static constexpr uint64_t kMaxMaxLine = uint64_t{4095} * 1024 * 1024;
  /// Where input pauses, empty blocks come until so long after the last lines, an eighth of it
  /// apart, for who holds on to what has come for no longer than that. The last is Block::rested.
  std::optional<int> linger_ms;
  /// Where input pauses, how many ms may pass until an empty block comes; -1 for ever. Asked by the
  /// thread that reads.
  std::function<int()> wake_ms = nullptr;
  /// Where reading begins: that file, behind so many of its lines.
  size_t first_file = 0;
  uint64_t first_lines = 0;
  /// Lines may be JSON arrays, which else are another form of input (ndjson/forms.h).
  bool arrays = false;
};

struct Block {
  Buffer bytes;
  size_t size = 0;              ///< whole lines: bytes[0, size)
  size_t worked = 0;            ///< of these, for whoever works on them: how many they are through
  size_t excess = 0;            ///< bytes of the budget that it has
  std::string file;             ///< name for diagnostics
  size_t file_number = 0;       ///< of the files in their order; lines are counted anew in each
  uint64_t overlong_bytes = 0;  ///< not 0: text() is only the start of one line of so many bytes
  bool idle = false;  ///< reading on would have blocked, or input has ended; the block may be empty
  bool rested = false;  ///< BlockOptions::linger_ms have passed, and no block comes before lines do
  uint64_t bytes_read = 0;  ///< from all files so far, compressed ones where they are: for progress
  /// Of the lines, where these are values of another form of JSON; else empty.
  std::vector<Place> places;
  std::optional<Error> foreign;  ///< an empty block, because `file` is not NDJSON: it is skipped

  std::string_view text() const { return {bytes.data(), size}; }
};

/// What of an overlong line is kept to show: its start, in whole characters.
std::string_view start_of_overlong(std::string_view line);

class BlockReader {
 public:
  static constexpr size_t kMaxExcess = 2 * 1024 * 1024;

  BlockReader(std::vector<std::string> files, BlockOptions options);

  /// The next block of lines of the next file. Flow::end behind the last. What `block` has of the
  /// budget is given back first. Errors: I/O, but not a file of another form; the first file has
  /// fewer lines than are skipped.
  Result<stream::Flow> next(Block& block);

  /// Gives back what `block` has of the budget, and its memory. To be called as soon as it has been
  /// collected: a `next` of another thread may be waiting for it.
  void give_back(Block& block);

  /// Makes a waiting `next` return. Safe from another thread.
  void interrupt();

 private:
  Status open_next();
  void close();
  Result<stream::Flow> fill(Block& block);
  void begin(Block& block);
  int wait_ms(const Block& block) const;
  bool rests(const Block& block) const;
  Result<stream::Input::Read> read_more(Block& block, int wait_ms);
  void take_excess(Block& block, size_t size);
  /// What all blocks but this one have of the budget.
  size_t others_excess(const Block& block) const REQUIRES_LOCK(mutex_) {
    return excess_ - block.excess;
  }
  stream::Flow finish(Block& block);
  void take_places(Block& block);
  void drop_byte_order_mark(Block& block);
  void skip_lines(Block& block);
  Result<stream::Flow> skip_overlong(Block& block);

  std::vector<std::string> files_;
  BlockOptions options_;
  size_t file_;
  uint64_t lines_to_skip_;
  std::optional<FormReader> input_;
  Mutex mutex_;
  FormReader* interruptible_ GUARDED_BY(mutex_) = nullptr;  // input_, for other threads
  bool interrupted_ GUARDED_BY(mutex_) = false;
  size_t excess_ GUARDED_BY(mutex_) = 0;  // that blocks have
  Condition excess_given_back_;
  bool at_start_ = true;   // of a file: a BOM may follow
  bool idle_told_ = true;  // the last block said that reading on would block
  std::chrono::steady_clock::time_point lines_at_;  // when the last lines came
  bool rested_ = true;                              // there was a block that said so since
  std::optional<Error> pending_error_;              // found behind whole lines, which go first
  Buffer carry_;  // the start of a line whose end has not been read
  uint64_t bytes_read_ = 0;
};

}  // namespace pinpipe::ndjson
