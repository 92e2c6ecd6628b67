// The figures of the groups of a plan while posts are folded: one Measure for each of its metrics.
//
// A measure is commutative: posts may be added in any order, and what two have counted can be
// merged. Groups and values are known by ids (dictionary.h).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "query/answer.h"
#include "query/archive.h"
#include "query/dictionary.h"
#include "query/program.h"

namespace pinpipe::query {

/// A group's number. 0 is a group only where nulls are.
using Group = uint32_t;

using Dictionaries = std::vector<Dictionary>;  ///< by slot

/// What has the id, as it is answered; null for 0.
Value value_of(const Dictionary& dictionary, uint32_t id);

/// The cells of some posts, and the ids of those that somebody asked for.
class PostRows {
 public:
  explicit PostRows(Dictionaries& dictionaries) : dictionaries_(&dictionaries) {}

  /// Others. `cells` are all slots of the first post, then of the next, and outlive the use of it.
  void set(const Cell* cells, size_t count) {
    cells_ = cells;
    slots_ = dictionaries_->size();
    ids_.assign(count * slots_, kUnknown);
  }

  const Cell& cell(Slot slot, uint32_t row) const { return cells_[at(slot, row)]; }
  /// 0 for null.
  uint32_t id(Slot slot, uint32_t row) {
    uint32_t& id = ids_[at(slot, row)];
    if (id == kUnknown) id = (*dictionaries_)[slot].id_of(cell(slot, row));
    return id;
  }
  const Dictionary& dictionary(Slot slot) const { return (*dictionaries_)[slot]; }
  size_t slots() const { return slots_; }

 private:
  static constexpr uint32_t kUnknown = UINT32_MAX;

  size_t at(Slot slot, uint32_t row) const { return row * slots_ + slot; }

  Dictionaries* dictionaries_;
  size_t slots_ = 0;
  const Cell* cells_ = nullptr;
  std::vector<uint32_t> ids_;
};

/// A post that is in a group.
struct Grouped {
  uint32_t row;
  Group group;
};

/// From the ids of one set of dictionaries to those of another, which gets what it has not.
class IdMap {
 public:
  IdMap(const Dictionaries& from, Dictionaries& to) : from_(&from), to_(&to), maps_(from.size()) {}
  uint32_t operator()(Slot slot, uint32_t id);
  const Dictionary& from(Slot slot) const { return (*from_)[slot]; }
  const Dictionary& to(Slot slot) const { return (*to_)[slot]; }

 private:
  const Dictionaries* from_;
  Dictionaries* to_;
  std::vector<std::vector<uint32_t>> maps_;  // by slot and id; 0 is not known yet
};

/// What a metric found in a group; one that ties is found several times.
struct Figure {
  Group group;
  Value label;  ///< of mode and argmax
  Value value;
};

class Measure {
 public:
  static std::unique_ptr<Measure> of(const CellMetric& metric, const Program& program);
  virtual ~Measure() = default;
  Measure() = default;
  Measure(const Measure&) = delete;

  virtual void add(std::span<const Grouped> posts, PostRows& rows) = 0;
  /// Adds what `other`, of the same metric, has counted; its group g is groups[g] here.
  virtual void merge(const Measure& other, const std::vector<Group>& groups, IdMap& ids) = 0;
  /// What was found, by group; labels of a group are in order.
  virtual std::vector<Figure> figures(const Dictionaries& dictionaries) const = 0;
  virtual uint64_t memory() const = 0;
  /// How much more it may take with so many posts.
  virtual uint64_t growth(uint64_t posts, uint64_t text_bytes) const = 0;
  virtual void visit(ArchiveWriter& archive) = 0;
  virtual void visit(ArchiveReader& archive) = 0;
};

}  // namespace pinpipe::query
