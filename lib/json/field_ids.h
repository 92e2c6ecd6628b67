// The keys that a reader of lines knows: each has a number, so that a key is compared as text once,
// by the scanner, and as a number by all who come after.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace pinpipe::json {

/// The number of a key in a Names.
using NameId = uint8_t;
inline constexpr NameId kUnknownName = 63;

/// A bit for each NameId, one for all unknown keys among them.
using NameSet = uint64_t;
inline constexpr NameSet set_of(NameId name) { return NameSet{1} << name; }

/// Whether `size` bytes at `a` and at `b` are the same. For a few bytes: a call would take longer.
inline bool same_bytes(const char* a, const char* b, size_t size) {
  const auto differ = [&]<class Word>(Word, size_t at) {
    Word x;
    Word y;
    std::memcpy(&x, a + at, sizeof x);
    std::memcpy(&y, b + at, sizeof y);
    return x != y;
  };
  if (size < sizeof(uint32_t)) {
    for (size_t at = 0; at < size; ++at) {
      if (a[at] != b[at]) return false;
    }
    return true;
  }
  if (size < sizeof(uint64_t)) {
    return !differ(uint32_t(), 0) && !differ(uint32_t(), size - sizeof(uint32_t));
  }
  for (size_t at = 0; at < size - sizeof(uint64_t); at += sizeof(uint64_t)) {
    if (differ(uint64_t(), at)) return false;
  }
  return !differ(uint64_t(), size - sizeof(uint64_t));
}

/// Keys, unescaped, each once. REQUIRES of them: fewer than kUnknownName, each shorter than kSizes;
/// they outlive it.
class Names {
 public:
  static constexpr size_t kSizes = 32;

  Names() = default;
  explicit Names(std::span<const std::string_view> keys);

  /// The number of `key`; kUnknownName where it is none of these.
  NameId find(std::string_view key) const;
  /// That of kUnknownName is empty.
  std::string_view operator[](NameId id) const { return keys_[id]; }

 private:
  // By size, so that those of one size are together: [first_of_size_[n], first_of_size_[n + 1])
  std::array<std::string_view, kUnknownName + 1> keys_{};
  std::array<NameId, kSizes + 1> first_of_size_{};
};

}  // namespace pinpipe::json
