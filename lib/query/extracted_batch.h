// The parts of clean records that questions ask for: what the workers hand to the PostTable.
//
// Texts are views into the line they came from, or into ExtractedBatch::unescaped where the line
// had escapes, so that equal texts are equal bytes. Both live until the block of lines has been
// collected. What can be done by the workers, of which there are many, is done by them, and not by
// the one thread that fills the table: numbers are read, texts and keys hashed.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/buffer.h"
#include "base/hash.h"
#include "record/values.h"

namespace pinpipe::query {

/// UTF-8, no escapes; or null. REQUIRES: shorter than 4 GiB
struct Text {
  Text() = default;
  explicit Text(std::string_view text)
      : data(text.data()), size(static_cast<uint32_t>(text.size())), hash(hash_of(text)) {}

  bool is_null() const { return data == nullptr; }
  std::string_view bytes() const { return {data, size}; }

  const char* data = nullptr;
  uint32_t size = 0;
  uint32_t hash = 0;
};

/// What is known of a post, as bits: which of its records have come, and which of their values are
/// not null.
enum Has : uint8_t {
  kHasPin = 1,
  kHasGeo = 2,
  kHasUser = 4,
  kHasFollowerCount = 8,
  kHasPostYear = 16,
  kHasAge = 32,
  kHasJoinYear = 64,
};
inline constexpr uint8_t kOfPin = kHasPin | kHasFollowerCount;
inline constexpr uint8_t kOfGeo = kHasGeo | kHasPostYear;
inline constexpr uint8_t kOfUser = kHasUser | kHasAge | kHasJoinYear;

/// REQUIRES of `has`: bits of Has
inline bool has_all(int64_t has, unsigned what) {
  return (static_cast<unsigned>(has) & what) == what;
}

/// What a line says about one `ind`. Fields mean nothing without their bit of `has`, or that of
/// their record.
struct ExtractedPost {
  int64_t ind = 0;
  uint64_t hash = 0;  ///< of `ind`
  int64_t follower_count = 0;
  int64_t age = 0;
  Text category;
  Text poster_name;
  Text country;
  size_t user_begin = 0;   ///< of its user_key() in ExtractedBatch::user_keys
  uint32_t user_size = 0;  ///< 0: the user counts nowhere
  uint32_t user_hash = 0;
  int16_t post_year = 0;  ///< 0 to 9999, as `join_year`
  int16_t join_year = 0;
  uint8_t has = 0;
};

struct ExtractedBatch {
  std::vector<ExtractedPost> posts;
  std::string user_keys;  ///< one behind the other
  // What views may point into: elements never move.
  std::deque<std::string> unescaped;
  std::deque<Buffer> joined;  ///< joined rows, as posts

  std::string_view user_key(const ExtractedPost& part) const {
    return {user_keys.data() + part.user_begin, part.user_size};
  }
  /// About how many bytes it takes. Texts without escapes take none, and most of those with some
  /// are short.
  size_t memory() const {
    constexpr size_t kShortText = 64;
    size_t bytes = posts.size() * sizeof(ExtractedPost) + user_keys.size();
    for (const auto& row : joined) bytes += row.capacity();
    return bytes + unescaped.size() * kShortText;
  }
  void clear() {
    posts.clear();
    user_keys.clear();
    unescaped.clear();
    joined.clear();
  }
};

// ---- fields
// ---------------------------------------------------------------------------------------
//
// The fields of clean records that questions are answered from. What no question needs is checked,
// but neither read nor kept.

struct Field {
  enum Bit : uint32_t {
    kCategory = 1,
    kPosterName = 2,
    kFollowerCount = 4,
    kCountry = 8,
    kPostYear = 16,  ///< the year of geo.timestamp
    kAge = 32,
    kJoinYear = 64,  ///< the year of user.date_joined
    kUser = 128,     ///< which distinct (user_name, age, date_joined) it is
  };
};

/// Bits of Field.
using Fields = uint32_t;
inline constexpr Fields kAllFields = 255;

// ---- user key
// -------------------------------------------------------------------------------------
//
// A distinct (user_name, age, date_joined) as bytes that are equal where all three are.

/// Appends the key to `to`; nulls equal each other, and times do that are the same instant. Six
/// bytes, as many as `age` needs, the fraction, and the name.
void append_user_key(std::optional<std::string_view> user_name, std::optional<int64_t> age,
                     const record::Timestamp& joined, std::string& to);

}  // namespace pinpipe::query
