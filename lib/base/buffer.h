// A growing run of bytes, for blocks of input and output.
//
// Unlike std::string it never zero-fills what is about to be overwritten, and it always has
// kPadding readable bytes past the end, so that vector code may load beyond the last byte.
// Views into a Buffer die when it grows or is destroyed.
#pragma once

#include <cassert>
#include <concepts>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

namespace pinpipe {

class Buffer {
 public:
  static constexpr size_t kPadding = 64;

  Buffer() = default;
  Buffer(Buffer&& other) noexcept { swap(other); }
  Buffer& operator=(Buffer&& other) noexcept {
    swap(other);
    return *this;
  }
  ~Buffer() { std::free(data_); }

  char* data() { return data_; }
  const char* data() const { return data_; }
  size_t size() const { return size_; }
  size_t capacity() const { return capacity_; }
  bool empty() const { return size_ == 0; }
  std::string_view view() const { return {data_, size_}; }

  void clear() { size_ = 0; }
  /// Forgets the bytes past `size`. REQUIRES: size <= this->size()
  void truncate(size_t size) {
    assert(size <= size_);
    size_ = size;
  }

  /// Where `bytes` more may be written; they count once `grew` is called.
  char* room(size_t bytes) {
    if (capacity_ - size_ < bytes) grow(size_ + bytes);
    return data_ + size_;
  }
  void grew(size_t bytes) {
    assert(bytes <= capacity_ - size_);
    size_ += bytes;
  }

  void append(std::string_view bytes) {
    if (bytes.empty()) return;  // memcpy may not be given the null of an empty view
    std::memcpy(room(bytes.size()), bytes.data(), bytes.size());
    size_ += bytes.size();
  }
  void append(char byte) {
    *room(1) = byte;
    ++size_;
  }
  /// Appends `pieces` one behind the other: room for all of them is made once. In line, so that the
  /// sizes of literals are constants.
  template <std::convertible_to<std::string_view>... Pieces>
  [[gnu::always_inline]] void append_all(const Pieces&... pieces) {
    const size_t size = (std::string_view(pieces).size() + ...);
    char* out = room(size);
    const auto put = [&out](std::string_view piece) __attribute__((always_inline)) {
      if (!piece.empty()) std::memcpy(out, piece.data(), piece.size());
      out += piece.size();
    };
    (put(pieces), ...);
    size_ += size;
  }

  /// Gives memory back where one giant line made the buffer larger than `most`.
  /// The bytes are lost.
  void shrink(size_t most) {
    if (capacity_ <= most) return;
    std::free(data_);
    data_ = nullptr;
    size_ = capacity_ = 0;
  }

  void swap(Buffer& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }

 private:
  void grow(size_t least) {
    size_t capacity = capacity_ < 4096 ? 4096 : capacity_ + capacity_ / 2;
    if (capacity < least) capacity = least;
    auto* data = static_cast<char*>(std::realloc(data_, capacity + kPadding));
    if (data == nullptr) throw std::bad_alloc();
    std::memset(data + capacity, 0, kPadding);
    data_ = data;
    capacity_ = capacity;
  }

  char* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

/// Frees the memory of a Buffer, a string or a vector, which `clear` would keep.
template <class Container>
void give_back(Container& container) {
  Container().swap(container);
}

}  // namespace pinpipe
