// Entries into requests, requests to an output: the ordered half of to-kafka-payload and
// kinesis-encode.
//
// Each destination has one open request, which is written as a line when it is full, when input
// pauses, and at the end. Memory is the open requests, each at most RequestFormat::max_bytes of
// what counts.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "ndjson/line_run.h"
#include "payload/encode_worker.h"
#include "payload/request_format.h"
#include "stream/buffer.h"
#include "stream/error.h"
#include "stream/output.h"

namespace pinpipe::payload {

class RequestWriter {
 public:
  /// REQUIRES: `format` outlives it.
  explicit RequestWriter(const RequestFormat& format)
      : format_(&format), open_(format.frames.size()) {}

  /// Puts the entries of `block` into requests, and writes those that are full, or all where input
  /// pauses. Errors: of the output.
  Status collect(const ndjson::LineBlock<EncodeWorker>& block, stream::Output& to);
  /// Writes the open requests.
  Status close_all(stream::Output& to);

  /// Records that were put into requests.
  uint64_t records() const;
  /// What was done, as JSON members: requests, bytes of their lines, skipped, dropped_members,
  /// records by dataset.
  std::string stats() const;

 private:
  struct Request {
    stream::Buffer bytes;
    uint64_t records = 0;
    uint64_t counted = 0;
  };

  Status add(const Entries& entries, bool flush, stream::Output& to);
  void add_entry(const Entry& entry, std::string_view bytes);
  void close(size_t destination);
  Status write(bool flush, stream::Output& to);

  const RequestFormat* format_;
  std::vector<Request> open_;  // beside format_->frames
  stream::Buffer closed_;
  uint64_t requests_ = 0;
  uint64_t bytes_ = 0;
  uint64_t skipped_ = 0;
  uint64_t dropped_members_ = 0;
  std::array<uint64_t, kKindCount> records_{};
};

}  // namespace pinpipe::payload
