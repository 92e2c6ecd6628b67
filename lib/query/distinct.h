// How many different values, or tuples of them, come in each group.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "query/by_group.h"
#include "query/measures.h"

namespace pinpipe::query {

/// `Ids` count up from 1 what is different, each with its group.
template <class Ids>
class Distinct : public Measure {
 public:
  std::vector<Figure> figures(const Dictionaries&) const final {
    std::vector<Figure> figures;
    counts_.each([&](Group group, const Count& count) {
      if (count.is_there) figures.push_back({group, {}, Integer{count.values}});
    });
    return figures;
  }
  void visit(ArchiveWriter& archive) final { archive(counts_, ids_); }
  void visit(ArchiveReader& archive) final { archive(counts_, ids_); }
  uint64_t memory() const final { return counts_.memory() + ids_.memory(); }

 protected:
  /// The group has a post: without a value it has 0 of them.
  void add_post(Group group) { counts_[group].is_there = true; }
  void add_posts(const Distinct& other, const std::vector<Group>& groups) {
    other.counts_.each([&](Group group, const Count& count) {
      if (count.is_there) add_post(groups[group]);
    });
  }
  /// A value of the group, which `value` names to the Ids.
  template <class... Value>
  void add_value(Group group, const Value&... value) {
    const uint32_t known = ids_.count();
    if (ids_.id_of(value...) > known) ++counts_[group].values;
  }

  struct Count {
    bool is_there = false;
    uint64_t values = 0;
  };
  ByGroup<Count> counts_;
  Ids ids_;
};

class DistinctValues final : public Distinct<PairIds> {
 public:
  explicit DistinctValues(Slot slot) : slot_(slot) {}

  void add(std::span<const Grouped> posts, PostRows& rows) override {
    for (const auto& [row, group] : posts) {
      add_post(group);
      const uint32_t value = rows.id(slot_, row);
      if (value != 0) add_value(group, group, value);
    }
  }
  void merge(const Measure& of, const std::vector<Group>& groups, IdMap& ids) override {
    const auto& other = static_cast<const DistinctValues&>(of);
    add_posts(other, groups);
    for (uint32_t id = 1; id <= other.ids_.count(); ++id) {
      const auto [group, value] = other.ids_.pair(id);
      add_value(groups[group], groups[group], ids(slot_, value));
    }
  }
  uint64_t growth(uint64_t posts, uint64_t) const override {
    return counts_.growth(posts) + ids_.growth(posts);
  }

 private:
  Slot slot_;
};

/// A tuple is kept as bytes: its group, and its cells behind one another, so that they are equal
/// where all of them are.
class DistinctTuples final : public Distinct<TextIds> {
 public:
  DistinctTuples(const std::vector<Slot>& slots, const Program& program) {
    for (const Slot slot : slots) parts_.push_back({slot, program.slots()[slot]->is_integer()});
  }

  void add(std::span<const Grouped> posts, PostRows& rows) override {
    bytes_.clear();
    tuples_.clear();
    for (const auto& [row, group] : posts) {
      add_post(group);
      append_tuple(group, rows, row);
    }
    for (size_t i = 0; i < tuples_.size(); ++i) {
      for (const void* address : soon(i)) __builtin_prefetch(address);
      const Tuple& tuple = tuples_[i];
      add_value(tuple.group, std::string_view(bytes_).substr(tuple.begin, tuple.size), tuple.hash);
    }
  }
  void merge(const Measure& of, const std::vector<Group>& groups, IdMap&) override {
    const auto& other = static_cast<const DistinctTuples&>(of);
    add_posts(other, groups);
    std::string tuple;
    for (TextId id = 1; id <= other.ids_.count(); ++id) {
      tuple = other.ids_.text(id);
      Group group = 0;
      std::memcpy(&group, tuple.data(), sizeof group);
      group = groups[group];
      std::memcpy(tuple.data(), &group, sizeof group);
      add_value(group, tuple, hash_of(std::string_view(tuple)));
    }
  }
  uint64_t growth(uint64_t posts, uint64_t text_bytes) const override {
    constexpr uint64_t kMaxOfInteger = 9;
    const uint64_t bytes = text_bytes + posts * (sizeof(Group) + parts_.size() * kMaxOfInteger);
    return counts_.growth(posts) + ids_.growth(posts, bytes);
  }

 private:
  struct Part {
    Slot slot;
    bool is_integer;
  };
  struct Tuple {
    Group group;
    uint32_t size;
    size_t begin;  // in bytes_
    uint32_t hash;
  };

  /// What tuples from `at` on will soon look at. Of a million users little is in the cache, and to
  /// wait for it took a third of the time: so it is asked for some tuples before, one step after
  /// the other.
  std::array<const void*, 3> soon(size_t at) const {
    constexpr size_t kAhead = 4;  // tuples from step to step
    if (at + 3 * kAhead >= tuples_.size()) return {};
    return {ids_.slot_address(tuples_[at + 3 * kAhead].hash),
            ids_.place_address(tuples_[at + 2 * kAhead].hash),
            ids_.text_address(tuples_[at + kAhead].hash)};
  }

  void append_tuple(Group group, const PostRows& rows, uint32_t row) {
    const size_t begin = bytes_.size();
    bytes_.append(reinterpret_cast<const char*>(&group), sizeof group);
    bool is_null = true;
    for (const auto& [slot, is_integer] : parts_) {
      const Cell& cell = rows.cell(slot, row);
      is_null = is_null && cell.is_null();
      append(cell, is_integer);
    }
    if (is_null) {
      bytes_.resize(begin);
    } else {
      const auto tuple = std::string_view(bytes_).substr(begin);
      tuples_.push_back({group, static_cast<uint32_t>(tuple.size()), begin, hash_of(tuple)});
    }
  }
  /// A byte says how much there is, or that there is nothing.
  void append(const Cell& cell, bool is_integer) {
    if (cell.is_null()) {
      bytes_ += '\xFF';
    } else if (is_integer) {
      const auto bits = static_cast<uint64_t>(cell.integer());
      const auto size = static_cast<size_t>(std::bit_width(bits) + 7) / 8;
      bytes_ += static_cast<char>(size);
      bytes_.append(reinterpret_cast<const char*>(&bits), size);
    } else {
      append_size(cell.size());
      bytes_ += cell.text();
    }
  }
  void append_size(uint32_t size) {
    constexpr uint32_t kNoByte = 0xFE;
    bytes_ += static_cast<char>(std::min(size, kNoByte));
    if (size >= kNoByte) bytes_.append(reinterpret_cast<const char*>(&size), sizeof size);
  }

  std::vector<Part> parts_;
  // Of the posts that are added:
  std::string bytes_;
  std::vector<Tuple> tuples_;
};

}  // namespace pinpipe::query
