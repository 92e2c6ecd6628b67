// Requests from the thread that reads to the thread that sends: bounded, so that reading waits for
// sending.
//
// What counts is the memory of requests from `push` until the sender gives it back, not only while
// they are in the queue. After `stop` nothing waits any more: what was read still gets through.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "base/status.h"
#include "delivery/carrier.h"
#include "delivery/request.h"
#include "ndjson/line_run.h"

namespace pinpipe::delivery {

class RequestQueue {
 public:
  explicit RequestQueue(size_t most_held = 8 * 1024 * 1024) : most_held_(most_held) {}

  // The reading thread's:
  /// Waits while too much is held, whatever the size of `request`.
  void push(Request request);
  /// Nothing will follow; `status` is how reading ended.
  void end(Status status);
  bool stopped() const;

  // The sending thread's:
  std::vector<Request> take();
  /// `bytes` of what was pushed are free again (or, where less than 0, in use after all).
  void release(int64_t bytes);
  /// What is not free yet.
  int64_t held() const;
  /// Whether nothing is left to take, and nothing will come.
  bool at_end() const;
  /// How reading ended. REQUIRES: at_end()
  Status status() const;
  /// No more is wanted. Calls `on_stop` the first time.
  void stop();

  /// Called on each push and at the end, by the reading thread. Both to be set before it starts.
  std::function<void()> on_change = [] {};
  std::function<void()> on_stop = [] {};

 private:
  const size_t most_held_;
  mutable Mutex mutex_;
  Condition may_push_;
  int64_t held_ GUARDED_BY(mutex_) = 0;
  std::vector<Request> waiting_ GUARDED_BY(mutex_);
  bool stopped_ GUARDED_BY(mutex_) = false;
  bool ended_ GUARDED_BY(mutex_) = false;
  Status status_ GUARDED_BY(mutex_);
};

// ---- request reader ----
//
// Files of request lines into a queue, in a thread of its own: reading waits for its input, and
// sending must not wait for reading.

/// Lines to requests that `carrier` takes, which outlives it.
class RequestWorker {
 public:
  using Output = std::vector<Request>;

  explicit RequestWorker(const Carrier& carrier) : carrier_(&carrier) {}

  Status line(std::string_view line, Output& to);
  static void clear(Output& requests) { requests.clear(); }
  const Carrier& carrier() const { return *carrier_; }

 private:
  const Carrier* carrier_;
  RequestParser parser_;
};

class RequestReader {
 public:
  /// Starts to read. REQUIRES: all that is referred to outlives it; `rejects` is left to it until
  /// the queue is at its end.
  RequestReader(ndjson::LineRunOptions options, const Carrier& carrier, ndjson::RejectLog& rejects,
                RequestQueue& queue);
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
