// Values and pairs named by ids that count up from 1; 0 stands for null.
#pragma once

#include <cassert>
#include <cstdint>
#include <vector>

#include "base/hash.h"
#include "query/extracted_batch.h"
#include "query/id_table.h"
#include "query/text_ids.h"

namespace pinpipe::query {

class IntegerIds {
 public:
  uint32_t id_of(int64_t value, uint32_t hash) {
    const uint32_t id = ids_.find_or_add(
        hash, [&](uint32_t known) { return values_[known - 1] == value; },
        [&](uint32_t known) {
          return static_cast<uint32_t>(hash_of(static_cast<uint64_t>(values_[known - 1])));
        });
    if (id > values_.size()) values_.push_back(value);
    return id;
  }
  /// REQUIRES: id is not 0
  int64_t value(uint32_t id) const {
    assert(id != 0);
    return values_[id - 1];
  }
  template <class Archive>
  void visit(Archive& archive) {
    auto values = values_;
    archive(values);
    if constexpr (Archive::kReads) {
      for (const int64_t each : values) {
        id_of(each, static_cast<uint32_t>(hash_of(static_cast<uint64_t>(each))));
      }
    }
  }
  uint32_t count() const { return static_cast<uint32_t>(values_.size()); }
  uint64_t memory() const { return ids_.memory() + values_.capacity() * sizeof(int64_t); }
  uint64_t growth(uint64_t more) const { return ids_.growth(more) + vector_growth(values_, more); }

  /// How much more `vector` will take with `more` elements.
  template <class Element>
  static uint64_t vector_growth(const std::vector<Element>& vector, uint64_t more) {
    if (vector.size() + more <= vector.capacity()) return 0;
    return (vector.capacity() + more) * sizeof(Element);
  }

 private:
  IdTable ids_;
  std::vector<int64_t> values_;
};

/// Pairs of ids. Those of small ids, which most are, stand in a table by both; others are hashed.
class PairIds {
 public:
  struct Pair {
    uint32_t first;
    uint32_t second;
    bool operator==(const Pair&) const = default;
  };

  uint32_t id_of(uint32_t first, uint32_t second) {
    if (first < rows_.size() && second < rows_[first].size()) {
      if (const uint32_t id = rows_[first][second]; id != 0) return id;
    }
    return find_or_add({first, second});
  }
  /// REQUIRES: id is not 0
  Pair pair(uint32_t id) const {
    assert(id != 0);
    return pairs_[id - 1];
  }
  template <class Archive>
  void visit(Archive& archive) {
    auto pairs = pairs_;
    archive(pairs);
    if constexpr (Archive::kReads) {
      for (const Pair& each : pairs) id_of(each.first, each.second);
    }
  }
  uint32_t count() const { return static_cast<uint32_t>(pairs_.size()); }
  uint64_t memory() const {
    return large_.memory() + small_bytes_ + pairs_.capacity() * sizeof(Pair) +
           ids_of_large_.capacity() * sizeof(uint32_t);
  }
  uint64_t growth(uint64_t more) const {
    return large_.growth(more) + IntegerIds::vector_growth(pairs_, more) +
           IntegerIds::vector_growth(ids_of_large_, more);
  }

 private:
  static constexpr uint32_t kSmall = 1024;

  // Not inline, so that what most pairs need is small enough to be.
  uint32_t find_or_add(const Pair& pair);
  uint32_t add_small(const Pair& pair);
  uint32_t find_or_add_large(const Pair& pair);

  std::vector<Pair> pairs_;
  std::vector<std::vector<uint32_t>> rows_;  // ids of small pairs, by both; 0 for none
  uint64_t small_bytes_ = 0;
  IdTable large_;
  std::vector<uint32_t> ids_of_large_;
};

/// The values of one slot, all of them integers or all of them texts.
class Dictionary {
 public:
  explicit Dictionary(bool is_integer) : is_integer_(is_integer) {}

  /// 0 for null.
  uint32_t id_of(const Cell& cell) {
    if (cell.is_null()) return 0;
    return is_integer_ ? integers_.id_of(cell.integer(), cell.hash())
                       : texts_.id_of(cell.text(), cell.hash());
  }
  /// What has the id, as it would be read; a text lives as long as the dictionary.
  Cell cell(uint32_t id) const {
    if (id == 0) return {};
    return is_integer_ ? Cell(integers_.value(id)) : Cell(texts_.text(id));
  }
  bool is_integer() const { return is_integer_; }
  template <class Archive>
  void visit(Archive& archive) {
    archive(integers_, texts_);
  }
  uint32_t count() const { return is_integer_ ? integers_.count() : texts_.count(); }
  uint64_t memory() const { return integers_.memory() + texts_.memory(); }
  uint64_t growth(uint64_t values, uint64_t text_bytes) const {
    return is_integer_ ? integers_.growth(values) : texts_.growth(values, text_bytes);
  }

 private:
  bool is_integer_;
  IntegerIds integers_;
  TextIds texts_;
};

}  // namespace pinpipe::query
