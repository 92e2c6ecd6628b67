// What is known, as bytes and back: for --state.
//
// What is kept visits its parts with an Archive, which writes them or reads them, in the same
// order:
//
//   template <class Archive> void visit(Archive& archive) { archive(count_, values_); }
//
// Bytes are those of this machine. What is read back may be damaged: a Reader then fails, and what
// it has filled is to be thrown away.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace pinpipe::query {

class ArchiveWriter {
 public:
  static constexpr bool kReads = false;

  template <class... Parts>
  void operator()(const Parts&... parts) {
    (put(parts), ...);
  }
  const std::string& bytes() const { return bytes_; }

 private:
  template <class Part>
  void put(const Part& part) {
    if constexpr (std::is_trivially_copyable_v<Part>) {
      bytes_.append(reinterpret_cast<const char*>(&part), sizeof part);
    } else {
      const_cast<Part&>(part).visit(*this);  // which only reads it here
    }
  }
  void put(const std::string& text) { put(std::string_view(text)); }
  void put(std::string_view text) {
    put(uint64_t{text.size()});
    bytes_.append(text);
  }
  template <class Element>
  void put(const std::vector<Element>& elements) {
    put(uint64_t{elements.size()});
    for (const auto& element : elements) put(element);
  }

  std::string bytes_;
};

class ArchiveReader {
 public:
  static constexpr bool kReads = true;

  explicit ArchiveReader(std::string_view bytes) : rest_(bytes) {}

  template <class... Parts>
  void operator()(Parts&... parts) {
    (get(parts), ...);
  }
  /// Whether all was there so far.
  bool ok() const { return ok_; }
  bool at_end() const { return rest_.empty(); }
  void fail() {
    ok_ = false;
    rest_ = {};
  }

 private:
  template <class Part>
  void get(Part& part) {
    if constexpr (std::is_trivially_copyable_v<Part>) {
      const auto bytes = take(sizeof part);
      if (ok_) std::memcpy(&part, bytes.data(), sizeof part);
    } else {
      part.visit(*this);
    }
  }
  void get(std::string& text) { text = take(size()); }
  template <class Element>
  void get(std::vector<Element>& elements) {
    elements.clear();
    for (uint64_t left = size(); left > 0 && ok_; --left) get(elements.emplace_back());
  }
  uint64_t size() {
    uint64_t size = 0;
    get(size);
    if (size > rest_.size()) fail();  // an element takes a byte at least
    return ok_ ? size : 0;
  }
  std::string_view take(uint64_t size) {
    if (size > rest_.size()) fail();
    if (!ok_) return {};
    const auto bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return bytes;
  }

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace pinpipe::query
