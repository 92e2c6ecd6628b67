// Posts folded into the answers of plans: what is kept is groups and figures, not posts.
//
// Folds are commutative and can be merged, so that records that come apart, and the panes of a
// window, are folded each by themselves.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/status.h"
#include "query/answer.h"
#include "query/measures.h"
#include "query/program.h"

namespace pinpipe::query {

/// One plan's.
class Fold {
 public:
  /// Both outlive it.
  Fold(const PlanOfSlots& plan, const Program& program);

  /// Posts that have all records that the plan needs: those `rows`.
  void add(std::span<const uint32_t> posts, PostRows& rows);
  void merge(const Fold& other, IdMap& ids);
  /// Errors: the rows would take more than `room` bytes.
  Result<Answer> answer(const Dictionaries& dictionaries, uint64_t room) const;
  const Plan& plan() const { return *plan_->plan; }

  template <class Archive>
  void visit(Archive& archive) {
    for (PairIds& pairs : pairs_) archive(pairs);
    for (auto& measure : measures_) measure->visit(archive);
  }
  uint64_t memory() const;
  uint64_t growth(uint64_t posts, uint64_t text_bytes) const;

 private:
  void add_tags(std::span<const uint32_t> posts, PostRows& rows);
  void add_grouped(std::span<const uint32_t> posts, PostRows& rows);
  void group_by(size_t key, PostRows& rows);
  /// That of the ids of its keys; `id(i)` is the one of key i.
  template <class Id>
  bool group_of(Id id, Group& group);
  std::vector<uint32_t> key_ids(Group group) const;
  static void keep_top(const std::vector<Figure>& figures, uint64_t top,
                       std::vector<Group>& groups);
  Row keys_of(Group group, const Dictionaries& dictionaries) const;
  void append_figures(std::vector<Row>& rows, size_t first, std::span<const Figure> figures,
                      MetricKind kind) const;
  Result<std::vector<Row>> rows(const Dictionaries& dictionaries, uint64_t room) const;

  const PlanOfSlots* plan_;
  std::vector<PairIds> pairs_;  // of the group of the keys so far, and the next one
  std::vector<std::unique_ptr<Measure>> measures_;
  std::vector<Grouped> grouped_;
};

/// All plans of a program.
class Folds {
 public:
  /// `program` outlives it.
  explicit Folds(const Program& program);
  Folds(const Folds&) = delete;

  /// Folds posts, whose `cells` are all slots of the first, then of the next: for each plan for
  /// which `may_want(needs)` those of the `count` for which `wants(row, needs)`.
  template <class MayWant, class Wants>
  void add(const Cell* cells, size_t count, MayWant may_want, Wants wants) {
    rows_.set(cells, count);
    std::optional<Datasets> wanted_by;  // as plans that need the same want the same
    for (size_t i = 0; i < folds_.size(); ++i) {
      const Datasets needs = program_->plans()[i].needs;
      if (!may_want(needs)) continue;
      if (wanted_by != needs) {
        wanted_.clear();
        for (uint32_t row = 0; row < count; ++row) {
          if (wants(row, needs)) wanted_.push_back(row);
        }
        wanted_by = needs;
      }
      folds_[i].add(wanted_, rows_);
    }
  }
  void merge(const Folds& other);
  /// One a plan, but for those that continue. Errors: their rows would take more than `room` bytes.
  Result<std::vector<Answer>> answers(uint64_t room) const;

  template <class Archive>
  void visit(Archive& archive) {
    for (Dictionary& dictionary : dictionaries_) archive(dictionary);
    for (Fold& fold : folds_) archive(fold);
  }
  uint64_t memory() const;
  /// How much more it may take with so many posts, whose texts have so many bytes.
  uint64_t growth(uint64_t posts, uint64_t text_bytes) const;

 private:
  const Program* program_;
  Dictionaries dictionaries_;
  std::vector<Fold> folds_;
  PostRows rows_;
  std::vector<uint32_t> wanted_;
};

}  // namespace pinpipe::query
