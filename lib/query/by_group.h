// A state for each group, and the measures that keep no more than that.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "query/measures.h"

namespace pinpipe::query {

/// A state for each group. One that was not asked for is as it starts.
template <class State>
class ByGroup {
 public:
  State& operator[](Group group) {
    if (group >= states_.size()) states_.resize(group + size_t{1});
    return states_[group];
  }
  template <class Visit>
  void each(Visit visit) const {
    for (Group group = 0; group < states_.size(); ++group) visit(group, states_[group]);
  }
  template <class Archive>
  void visit(Archive& archive) {
    archive(states_);
  }
  uint64_t memory() const { return states_.capacity() * sizeof(State); }
  uint64_t growth(uint64_t more) const { return IntegerIds::vector_growth(states_, more); }

 private:
  std::vector<State> states_;
};

/// A measure made of an aggregate function:
///
///   using State = ...;  // of a group
///   static bool is_empty(const State&);  // as it starts: the others below are not asked of it
///   void add(State&, uint32_t row, PostRows&) const;  // a post
///   void merge(State&, const State& other, IdMap&) const;
///   void found(const State&, const Dictionaries&, auto figure) const;  // figure(label, value)
template <class Aggregate>
class AggregateByGroup final : public Measure {
  using State = typename Aggregate::State;

 public:
  explicit AggregateByGroup(Aggregate aggregate) : aggregate_(std::move(aggregate)) {}

  void add(std::span<const Grouped> posts, PostRows& rows) override {
    for (const auto& [row, group] : posts) aggregate_.add(states_[group], row, rows);
  }
  void merge(const Measure& other, const std::vector<Group>& groups, IdMap& ids) override {
    static_cast<const AggregateByGroup&>(other).each([&](Group group, const State& state) {
      aggregate_.merge(states_[groups[group]], state, ids);
    });
  }
  std::vector<Figure> figures(const Dictionaries& dictionaries) const override {
    std::vector<Figure> figures;
    each([&](Group group, const State& state) {
      aggregate_.found(state, dictionaries, [&](Value label, Value value) {
        figures.push_back({group, std::move(label), std::move(value)});
      });
    });
    return figures;
  }
  void visit(ArchiveWriter& archive) override { archive(states_); }
  void visit(ArchiveReader& archive) override { archive(states_); }
  uint64_t memory() const override { return states_.memory(); }
  uint64_t growth(uint64_t posts, uint64_t) const override { return states_.growth(posts); }

 private:
  template <class Visit>
  void each(Visit visit) const {
    states_.each([&](Group group, const State& state) {
      if (!Aggregate::is_empty(state)) visit(group, state);
    });
  }

  Aggregate aggregate_;
  ByGroup<State> states_;
};

template <class Aggregate>
std::unique_ptr<Measure> make_by_group(Aggregate aggregate) {
  return std::make_unique<AggregateByGroup<Aggregate>>(std::move(aggregate));
}

}  // namespace pinpipe::query
