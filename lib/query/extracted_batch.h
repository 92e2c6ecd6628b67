// The parts of clean records that a program asks about: what the workers hand to a Pane.
//
// Texts are views into the line they came from, or into what the batch keeps of lines that had
// escapes, so that equal texts are equal bytes. Both live until the block of lines has been
// collected. What can be done by the workers, of which there are many, is done by them, and not by
// the one thread that folds: values are read and hashed.
#pragma once

#include <cassert>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/buffer.h"
#include "base/hash.h"
#include "query/fields.h"

namespace pinpipe::query {

/// The value of a slot: null, an integer, or a text in UTF-8 without escapes.
/// REQUIRES of a text: shorter than 4 GiB - 1
class Cell {
 public:
  Cell() : integer_(0), size_(kNull), hash_(0) {}
  explicit Cell(int64_t integer)
      : integer_(integer),
        size_(0),
        hash_(static_cast<uint32_t>(hash_of(static_cast<uint64_t>(integer)))) {}
  explicit Cell(std::string_view text)
      : text_(text.data()), size_(static_cast<uint32_t>(text.size())), hash_(hash_of(text)) {
    assert(text.size() < kNull);
  }

  bool is_null() const { return size_ == kNull; }
  /// REQUIRES: it is an integer, or null
  int64_t integer() const {
    assert(is_null() || size_ == 0);
    return integer_;
  }
  /// REQUIRES: it is a text
  std::string_view text() const {
    assert(!is_null());
    return {text_, size_};
  }
  /// Bytes of a text.
  uint32_t size() const { return size_ == kNull ? 0 : size_; }
  uint32_t hash() const { return hash_; }

 private:
  static constexpr uint32_t kNull = UINT32_MAX;

  union {
    int64_t integer_;   // NOLINT(readability-identifier-naming): members of the class, as others
    const char* text_;  // NOLINT(readability-identifier-naming)
  };
  uint32_t size_;  // of a text; or kNull
  uint32_t hash_;
};

/// What a line says about one `ind`.
struct ExtractedPost {
  int64_t ind = 0;
  Datasets datasets = 0;  ///< of which there are records
  int64_t time_us = 0;    ///< its moment, where the program asks for one: since 1970
  std::string_view line;  ///< from which it is, where the program asks for a time
};

struct ExtractedBatch {
  std::vector<ExtractedPost> posts;
  std::vector<Cell> cells;  ///< of each post, all slots. What is of no dataset of it means nothing
  uint64_t text_bytes = 0;  ///< of all texts of `cells` whose size is not fixed, at least
  // What views may point into: elements never move.
  std::deque<std::string> unescaped;
  std::deque<Buffer> joined;  ///< joined rows, as posts

  /// About how many bytes it takes. Texts without escapes take none, and most of those with some
  /// are short.
  size_t memory() const {
    constexpr size_t kShortText = 64;
    size_t bytes = posts.size() * sizeof(ExtractedPost) + cells.size() * sizeof(Cell);
    for (const auto& row : joined) bytes += row.capacity();
    return bytes + unescaped.size() * kShortText;
  }
  void clear() {
    posts.clear();
    cells.clear();
    text_bytes = 0;
    unescaped.clear();
    joined.clear();
  }
};

}  // namespace pinpipe::query
