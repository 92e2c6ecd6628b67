// Entries into requests, requests to an output: the ordered half of to-kafka-payload and
// kinesis-encode.
//
// Where requests have one record each, the blocks come with whole requests, and only have to be
// written. Else each destination has one open request, which is written as a line when it is full,
// when its first record has waited for RequestFormat::linger and reading on would block, and at the
// end. Where input is always there, requests fill: to cut them would make nothing faster. For the
// same reason the time that writing takes is not waiting. Memory is the open requests, each at most
// RequestFormat::max_bytes of what counts, and RequestFormat::max_line in all.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/buffer.h"
#include "base/status.h"
#include "ndjson/line_run.h"
#include "stream/output.h"
#include "wire/encode_worker.h"
#include "wire/request_format.h"

namespace pinpipe::wire {

class RequestWriter {
 public:
  /// REQUIRES: `format` outlives it.
  explicit RequestWriter(const RequestFormat& format)
      : format_(&format), open_(format.frames.size()) {}

  /// Puts the entries of `block` into requests, and writes those that are full or have waited. The
  /// blocks are read with BlockOptions::linger_ms. Errors: of the output.
  Status collect(const ndjson::LineBlock<EncodeWorker>& block, stream::Output& to);
  /// Puts `entries` into requests, and writes those that are full, and of the destinations that
  /// are `due` the open ones, too. Where `flush`, nothing that is closed is kept back. Errors: of
  /// the output.
  Status add(const Entries& entries, const std::vector<bool>& due, bool flush, stream::Output& to);
  /// Writes the open requests.
  Status close_all(stream::Output& to);

  /// Records that were put into requests.
  uint64_t records() const { return counts_.all_taken(); }
  /// What was done, as JSON members: requests, bytes of their lines, skipped, dropped_members,
  /// records by dataset.
  std::string stats() const;

 private:
  using Clock = std::chrono::steady_clock;

  /// An open request, and how far the block at hand has been put into it.
  struct Request {
    Clock::time_point since;  // when it was opened; later by the time that was spent on writing
    Buffer bytes;             // without the entries of `run`
    uint64_t records = 0;
    uint64_t counted = 0;
    std::string_view block;  // the block's entries of this destination
    size_t run = 0;          // block[run, taken) are entries that are still to be copied
    size_t taken = 0;

    void begin_block(std::string_view entries) {
      block = entries;
      run = taken = 0;
    }
    std::string_view take_run() {
      const size_t begin = std::exchange(run, taken);
      return block.substr(begin, taken - begin);
    }
  };

  Status add_entries(const Entries& entries, stream::Output& to);
  Status add_entry(const Entry& entry, stream::Output& to);
  void open(size_t destination);
  Status close(size_t destination, stream::Output& to);
  Status close_waiting(bool rested, stream::Output& to);
  using Pieces = std::array<std::string_view, 3>;
  Status write_request(const Pieces& pieces, stream::Output& to);
  Status write_gathered(bool flush, stream::Output& to);
  Status write(std::string_view requests, bool flush, stream::Output& to);

  const RequestFormat* format_;
  std::vector<Request> open_;  // beside format_->frames
  Buffer gathered_;            // closed requests that are small, and written together
  uint64_t requests_ = 0;
  uint64_t bytes_ = 0;
  RecordCounts counts_;
  Clock::time_point now_;  // of the block at hand
};

}  // namespace pinpipe::wire
