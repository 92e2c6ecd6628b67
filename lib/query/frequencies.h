// How often each value of a field comes in each group, and what is found from that.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "query/arg_max.h"
#include "query/by_group.h"
#include "query/measures.h"

namespace pinpipe::query {

class Frequencies : public Measure {
 public:
  explicit Frequencies(Slot slot) : slot_(slot) {}

  void add(std::span<const Grouped> posts, PostRows& rows) final {
    for (const auto& [row, group] : posts) {
      const uint32_t value = rows.id(slot_, row);
      if (value != 0) add(group, value, 1);
    }
  }
  void merge(const Measure& other, const std::vector<Group>& groups, IdMap& ids) final {
    static_cast<const Frequencies&>(other).each([&](Group group, uint32_t value, uint64_t count) {
      add(groups[group], ids(slot_, value), count);
    });
  }
  void visit(ArchiveWriter& archive) final { archive(pairs_, counts_); }
  void visit(ArchiveReader& archive) final { archive(pairs_, counts_); }
  uint64_t memory() const final { return pairs_.memory() + counts_.capacity() * sizeof(uint64_t); }
  uint64_t growth(uint64_t posts, uint64_t) const final {
    return pairs_.growth(posts) + IntegerIds::vector_growth(counts_, posts);
  }

 protected:
  /// Calls `visit` with each group and value that came together, and how often; in no order.
  template <class Visit>
  void each(Visit visit) const {
    for (uint32_t id = 1; id <= counts_.size(); ++id) {
      const auto [group, value] = pairs_.pair(id);
      visit(group, value, counts_[id - 1]);
    }
  }

  const Slot slot_;

 private:
  void add(Group group, uint32_t value, uint64_t count) {
    const uint32_t id = pairs_.id_of(group, value);
    if (id > counts_.size()) counts_.push_back(0);
    counts_[id - 1] += count;
  }

  PairIds pairs_;                 // of a group and a value
  std::vector<uint64_t> counts_;  // by id - 1
};

/// The least value that at least so many per cent of them do not exceed.
class Percentile final : public Frequencies {
 public:
  Percentile(Slot slot, unsigned per_cent) : Frequencies(slot), per_cent_(per_cent) {}

  std::vector<Figure> figures(const Dictionaries& dictionaries) const override {
    std::vector<Counted> all;
    each([&](Group group, uint32_t value, uint64_t count) {
      all.push_back({group, dictionaries[slot_].cell(value).integer(), count});
    });
    std::ranges::sort(all, {},
                      [](const Counted& each) { return std::pair(each.group, each.value); });
    std::vector<Figure> figures;
    for (auto begin = all.begin(); begin != all.end();) {
      const auto end = std::ranges::find_if(
          begin, all.end(), [&](Group group) { return group != begin->group; }, &Counted::group);
      figures.push_back({begin->group, {}, Integer{found({begin, end})}});
      begin = end;
    }
    return figures;
  }

 private:
  struct Counted {
    Group group;
    int64_t value;
    uint64_t count;
  };
  /// Among the values of a group, which are in order.
  int64_t found(std::span<const Counted> values) const {
    unsigned __int128 total = 0;
    for (const Counted& each : values) total += each.count;
    // So many values are not greater, one at least.
    const auto rank = std::max<uint64_t>(1, static_cast<uint64_t>((total * per_cent_ + 99) / 100));
    auto value = values.begin();
    for (uint64_t passed = value->count; passed < rank; passed += value->count) ++value;
    return value->value;
  }

  unsigned per_cent_;
};

/// The most frequent values.
class Mode final : public Frequencies {
 public:
  using Frequencies::Frequencies;

  std::vector<Figure> figures(const Dictionaries& dictionaries) const override {
    ByGroup<ArgMax> most;
    each([&](Group group, uint32_t value, uint64_t count) {
      most[group].offer(static_cast<int64_t>(count), value);
    });
    std::vector<Figure> figures;
    most.each([&](Group group, const ArgMax& values) {
      each_label(values, dictionaries[slot_], [&](Value label, Value count) {
        figures.push_back({group, std::move(label), std::move(count)});
      });
    });
    return figures;
  }
};

}  // namespace pinpipe::query
