// Files of request lines into a queue, in a thread of its own: reading waits for its input, and
// sending must not wait for reading.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "delivery/endpoint.h"
#include "delivery/request.h"
#include "delivery/request_queue.h"
#include "ndjson/line_run.h"

namespace pinpipe::delivery {

/// Lines to requests that `endpoint` takes, which outlives it.
class RequestWorker {
 public:
  using Output = std::vector<Request>;

  explicit RequestWorker(const Endpoint& endpoint) : endpoint_(&endpoint) {}

  Status line(std::string_view line, Output& to);
  static void clear(Output& requests) { requests.clear(); }
  const Endpoint& endpoint() const { return *endpoint_; }

 private:
  const Endpoint* endpoint_;
  RequestParser parser_;
};

class RequestReader {
 public:
  /// Starts to read. REQUIRES: all that is referred to outlives it; `rejects` is left to it until
  /// the queue is at its end.
  RequestReader(ndjson::LineRunOptions options, const Endpoint& endpoint,
                ndjson::RejectLog& rejects, RequestQueue& queue);
  /// Ends reading.
  ~RequestReader();

  uint64_t bytes_read() const { return bytes_read_; }

 private:
  Status read(RequestQueue& queue);
  Status read_block(ndjson::LineBlock<RequestWorker>& block, RequestQueue& queue);

  ndjson::LineRunOptions options_;
  ndjson::RejectLog& rejects_;
  ndjson::BlockReader blocks_;
  RequestWorker worker_;
  RequestQueue& queue_;
  std::atomic<uint64_t> bytes_read_ = 0;
  std::thread thread_;
};

}  // namespace pinpipe::delivery
