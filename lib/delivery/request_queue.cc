#include "delivery/request_queue.h"

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

}  // namespace pinpipe::delivery
