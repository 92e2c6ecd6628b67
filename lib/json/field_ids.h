// The keys that a reader of lines knows: each has a number, so that a key is compared as text once,
// by the scanner, and as a number by all who come after.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace pinpipe::json {

/// The number of a key in a FieldIds.
using FieldId = uint8_t;
inline constexpr FieldId kUnknownField = 63;

/// A bit for each FieldId, one for all unknown keys among them.
using FieldSet = uint64_t;
inline constexpr FieldSet set_of(FieldId field) { return FieldSet{1} << field; }

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

/// A table of keys, made by the compiler. Keys are unescaped and outlive it; one that comes twice
/// is there once. A key beyond its limits, or one asked for that is not there, stops the build.
class FieldIds {
 public:
  static constexpr size_t kSizes = 32;  ///< of keys: shorter

  constexpr FieldIds() = default;
  constexpr explicit FieldIds(std::span<const std::string_view> keys) {
    size_t count = 0;
    // By size, so that those of one size are together.
    for (size_t size = 0; size < kSizes; ++size) {
      first_of_size_[size] = static_cast<FieldId>(count);
      for (const auto key : keys) {
        if (key.size() != size || has(key, count)) continue;
        keys_.at(count++) = key;
      }
    }
    first_of_size_[kSizes] = static_cast<FieldId>(count);
    if (count >= kUnknownField) keys_.at(keys_.size());  // too many
    for (const auto key : keys) {
      if (key.size() >= kSizes) keys_.at(keys_.size());  // too long
    }
  }

  /// The number of `key`; kUnknownField where it is none of these.
  constexpr FieldId find(std::string_view key) const {
    if (key.size() >= kSizes) return kUnknownField;
    for (FieldId id = first_of_size_[key.size()]; id < first_of_size_[key.size() + 1]; ++id) {
      if (keys_[id] == key) return id;
    }
    return kUnknownField;
  }
  /// The number of a key that is here.
  consteval FieldId id(std::string_view key) const {
    const FieldId found = find(key);
    if (found == kUnknownField) throw "no such field";
    return found;
  }

  /// That of kUnknownField is empty.
  constexpr std::string_view operator[](FieldId id) const { return keys_[id]; }

 private:
  constexpr bool has(std::string_view key, size_t count) const {
    for (size_t i = 0; i < count; ++i) {
      if (keys_[i] == key) return true;
    }
    return false;
  }

  std::array<std::string_view, kUnknownField + 1> keys_{};
  std::array<FieldId, kSizes + 1> first_of_size_{};  // [first_of_size_[n], first_of_size_[n + 1])
};

}  // namespace pinpipe::json
