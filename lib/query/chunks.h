// A growing array in chunks: elements never move, and growing copies nothing and needs no second
// array.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace pinpipe::query {

template <class T>
class Chunks {
 public:
  T& operator[](size_t at) { return chunks_[at / kInChunk][at % kInChunk]; }
  const T& operator[](size_t at) const { return chunks_[at / kInChunk][at % kInChunk]; }

  size_t size() const { return size_; }

  void push_back(const T& value) {
    if (size_ == chunks_.size() * kInChunk) chunks_.push_back(std::make_unique<T[]>(kInChunk));
    chunks_.back()[size_++ % kInChunk] = value;
  }

  template <class Visit>
  void each(Visit visit) const {
    for (size_t at = 0; at < size_; ++at) visit((*this)[at]);
  }

 private:
  static constexpr size_t kInChunk = 8192;

  std::vector<std::unique_ptr<T[]>> chunks_;
  size_t size_ = 0;
};

}  // namespace pinpipe::query
