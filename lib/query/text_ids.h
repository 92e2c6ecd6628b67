// Texts kept once, named by ids: equal texts have equal ids. Null is id 0.
//
// A distinct text costs 16 bytes, its own bytes and its slots in an IdTable. Texts live as long as
// the TextIds.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "query/chunks.h"
#include "query/id_table.h"
#include "query/parts.h"

namespace pinpipe::query {

using TextId = uint32_t;
inline constexpr TextId kNull = 0;

class TextIds {
 public:
  /// REQUIRES: a text shorter than 4 GiB
  TextId id_of(const Text& text);
  /// REQUIRES: id is not kNull
  std::string_view text(TextId id) const { return {texts_[id - 1].bytes, texts_[id - 1].size}; }

 private:
  struct Kept {
    const char* bytes;
    uint32_t size;
    uint32_t hash;  // the low half; all the table ever uses of it below 2^32 slots
  };
  const char* keep(std::string_view bytes);

  IdTable ids_;
  Chunks<Kept> texts_;
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* free_ = nullptr;
  size_t free_size_ = 0;
};

}  // namespace pinpipe::query
