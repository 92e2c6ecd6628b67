// UTF-8 text that lives where it is declared, for texts that are put together a million times a
// second.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace pinpipe::posts {

template <size_t kMax>
class BoundedText {
 public:
  std::string_view view() const { return {data_, size_}; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  void clear() { size_ = 0; }

  /// Appends as many of `bytes` as there is room for.
  void append(std::string_view bytes) {
    const size_t size = bytes.size() <= kMax - size_ ? bytes.size() : kMax - size_;
    std::memcpy(data_ + size_, bytes.data(), size);
    size_ += size;
  }

 private:
  size_t size_ = 0;
  char data_[kMax];  // left as it is: only what was appended is ever read
};

}  // namespace pinpipe::posts
