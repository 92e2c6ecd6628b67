// Texts kept once, named by ids that count up from 1: equal texts have equal ids. Null is id 0.
//
// A distinct text costs its own bytes, 1 for its size (2 from 128 bytes on), 4 for where it is (8
// beyond 4 GiB of texts) and its slots in an IdTable. Texts live as long as the TextIds.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "query/id_table.h"
#include "query/integer_column.h"

namespace pinpipe::query {

using TextId = uint32_t;
inline constexpr TextId kNull = 0;

class TextIds {
 public:
  /// REQUIRES: hash == hash_of(text); a text shorter than 4 GiB; fewer than IdTable::kMaxIds so
  /// far
  TextId id_of(std::string_view text, uint32_t hash);
  /// REQUIRES: id is not kNull
  std::string_view text(TextId id) const;

  template <class Archive>
  void visit(Archive& archive) {
    uint32_t count = this->count();
    archive(count);
    std::string each;
    for (TextId id = 1; id <= count; ++id) {
      if constexpr (Archive::kReads) {
        archive(each);
        if (!archive.ok()) return;
        id_of(each, hash_of(std::string_view(each)));
      } else {
        each = text(id);
        archive(each);
      }
    }
  }

  // Where id_of(hash) will look, one after the other, to prefetch it; nullptr where it will not. To
  // ask for one needs the one before.
  const void* slot_address(uint32_t hash) const { return ids_.slot_address(hash); }
  const void* place_address(uint32_t hash) const {
    const TextId id = ids_.likely(hash);
    return id == kNull ? nullptr : places_.address(id - 1);
  }
  const void* text_address(uint32_t hash) const {
    const TextId id = ids_.likely(hash);
    return id == kNull ? nullptr : address(id);
  }

  uint32_t count() const { return ids_.count(); }

  uint64_t memory() const { return ids_.memory() + places_.memory() + block_memory_; }
  /// How much more it may take with `texts` more of `bytes` together.
  uint64_t growth(uint64_t texts, uint64_t bytes) const {
    return ids_.growth(texts) + bytes + texts * kMaxAround;
  }

 private:
  static constexpr unsigned kBlockBits = 16;
  static constexpr uint64_t kBlock = uint64_t{1} << kBlockBits;
  static constexpr uint64_t kMaxAround = 5 + sizeof(uint64_t);  // its size and its place

  const char* address(TextId id) const {
    const auto place = static_cast<uint64_t>(places_[id - 1]);
    return blocks_[place >> kBlockBits].get() + place % kBlock;
  }
  void keep(std::string_view text);
  uint64_t place_for(uint64_t size);
  uint64_t add_block(uint64_t size);

  IdTable ids_;
  IntegerColumn places_;  // of id - 1: the number of its block, and behind it its offset there
  std::vector<std::unique_ptr<char[]>> blocks_;
  uint64_t block_memory_ = 0;
  uint64_t end_ = 0;   // the place behind the last text that is not in a block of its own
  uint64_t free_ = 0;  // bytes behind it in its block
};

}  // namespace pinpipe::query
