#include "delivery/request_queue.h"

#include <cassert>
#include <utility>

namespace pinpipe::delivery {

void RequestQueue::push(Request request) {
  {
    const MutexLock lock(mutex_);
    while (!stopped_ && held_ >= static_cast<int64_t>(most_held_)) may_push_.wait(mutex_);
    held_ += static_cast<int64_t>(request.cost());
    waiting_.push_back(std::move(request));
  }
  on_change();
}

void RequestQueue::end(Status status) {
  {
    const MutexLock lock(mutex_);
    ended_ = true;
    status_ = std::move(status);
  }
  on_change();
}

bool RequestQueue::stopped() const {
  const MutexLock lock(mutex_);
  return stopped_;
}

std::vector<Request> RequestQueue::take() {
  const MutexLock lock(mutex_);
  return std::exchange(waiting_, {});
}

void RequestQueue::release(int64_t bytes) {
  {
    const MutexLock lock(mutex_);
    held_ -= bytes;
  }
  may_push_.notify_one();
}

int64_t RequestQueue::held() const {
  const MutexLock lock(mutex_);
  return held_;
}

bool RequestQueue::at_end() const {
  const MutexLock lock(mutex_);
  return ended_ && waiting_.empty();
}

Status RequestQueue::status() const {
  const MutexLock lock(mutex_);
  assert(ended_ && waiting_.empty());
  return status_;
}

void RequestQueue::stop() {
  {
    const MutexLock lock(mutex_);
    if (std::exchange(stopped_, true)) return;
  }
  may_push_.notify_one();
  on_stop();
}

// ---- request reader ----

using Block = ndjson::LineBlock<RequestWorker>;

Status RequestWorker::line(std::string_view line, Output& to) {
  Request request;
  TRY(parser_.parse(line, request));
  TRY(carrier_->takes(request.protocol));
  to.push_back(std::move(request));
  return {};
}

RequestReader::RequestReader(ndjson::LineRunOptions options, const Carrier& carrier,
                             ndjson::RejectLog& rejects, RequestQueue& queue)
    : options_(std::move(options)),
      rejects_(rejects),
      blocks_(options_.files, options_.blocks),
      worker_(carrier),
      queue_(queue) {
  queue_.on_stop = [this] { blocks_.interrupt(); };
  thread_ = std::thread([this] { queue_.end(caught([&] { return read(queue_); })); });
}

RequestReader::~RequestReader() {
  queue_.stop();
  thread_.join();
  queue_.on_stop = [] {};
}

Status RequestReader::read(RequestQueue& queue) {
  Block block;
  while (!queue.stopped()) {
    auto flow = TRY(blocks_.next(block.in));
    if (flow == stream::Flow::end) break;
    if (block.in.foreign) rejects_.refuse(*block.in.foreign);
    // What an interrupted read leaves behind the last newline is the start of a line.
    if (queue.stopped()) block.in.size = block.in.text().rfind('\n') + 1;
    TRY(read_block(block, queue));
    if (options_.fail_fast && !block.rejects.empty()) break;
  }
  return rejects_.refused();
}

Status RequestReader::read_block(Block& block, RequestQueue& queue) {
  bytes_read_ = block.in.bytes_read;
  do {
    ndjson::work_through(block, worker_, options_, rejects_.keeps_raw());
    if (auto status = rejects_.add(block.in.file, block.in.file_number, block.lines, block.rejects);
        !status.ok())
      return status;
    for (auto& request : block.out) {
      TRY(worker_.carrier().check_route(request.protocol));
      queue.push(std::move(request));
    }
  } while (!block.finished() && !(options_.fail_fast && !block.rejects.empty()));
  return {};
}

}  // namespace pinpipe::delivery
