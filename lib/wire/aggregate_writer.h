// Records into aggregates, aggregates into requests: the ordered half of kinesis-encode
// --aggregate.
//
// Each part of the hash keys of a stream has one open aggregate (wire/kpl.h), which is closed when
// the next record does not fit it. A closed one is an entry of a request, as records are without
// aggregation, in the order in which they were closed: as the records of a partition key are all in
// one part, their order stays. Where input pauses and what came first has waited for
// RequestFormat::linger, the aggregates of its stream and the request are closed as they are.
//
// Memory is the open aggregates, kMaxOpenBytes at most, beside what RequestWriter has. Where there
// would be more, those of the stream are closed before they are full.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "ndjson/line_run.h"
#include "stream/output.h"
#include "wire/encode_worker.h"
#include "wire/kpl.h"
#include "wire/request_format.h"
#include "wire/request_writer.h"

namespace pinpipe::wire {

class AggregateWriter {
 public:
  static constexpr size_t kMaxOpenBytes = 16 * 1024 * 1024;

  /// REQUIRES: `format` has an aggregation, and outlives it.
  explicit AggregateWriter(const RequestFormat& format);

  /// Packs the records of `block`, and writes the requests that are full or have waited. The blocks
  /// are read with BlockOptions::linger_ms. Errors: of the output.
  Status collect(const ndjson::LineBlock<EncodeWorker>& block, stream::Output& to);
  /// Writes what is open.
  Status close_all(stream::Output& to);

  /// Records that were packed.
  uint64_t records() const { return requests_.records(); }
  /// What RequestWriter did, and as JSON members: aggregates, and records that are in none.
  std::string stats() const;

 private:
  using Clock = std::chrono::steady_clock;

  struct Stream {
    std::vector<Aggregate> open;  // one a part
    uint64_t most_bytes = 0;      // of an aggregate and its key
    size_t open_bytes = 0;
    std::optional<Clock::time_point> since;  // when what waits came first
    std::string_view block;                  // the block's records of this stream
    size_t taken = 0;                        // of these, bytes
  };

  void pack(const Entries& entries);
  void add(const UserRecord& record, size_t stream);
  void close(size_t stream, Aggregate& aggregate);
  void close_open(size_t stream);
  std::vector<bool> close_waiting(bool rested);

  const RequestFormat* format_;
  RequestWriter requests_;
  std::vector<Stream> streams_;  // beside format_->frames
  Entries closed_;               // since the block at hand began
  std::string data_;             // of the aggregate at hand
  uint64_t aggregates_ = 0;
  uint64_t alone_ = 0;
};

}  // namespace pinpipe::wire
