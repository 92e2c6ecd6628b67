#include "query/measures.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <optional>
#include <string>

#include "query/arg_max.h"

namespace pinpipe::query {
namespace {

/// A value for each group that has some.
template <class T>
class ByGroup {
 public:
  T& operator[](Group group) {
    if (group >= values_.size()) values_.resize(group + size_t{1});
    return values_[group];
  }
  template <class Visit>
  void each(Visit visit) const {
    for (Group group = 0; group < values_.size(); ++group) visit(group, values_[group]);
  }
  template <class Archive>
  void visit(Archive& archive) {
    archive(values_);
  }
  uint64_t memory() const { return values_.capacity() * sizeof(T); }
  uint64_t growth(uint64_t more) const { return IntegerIds::vector_growth(values_, more); }

 private:
  std::vector<T> values_;
};

/// How often each pair of a group and a value has come.
class PairCounts {
 public:
  void add(Group group, uint32_t value, uint64_t count = 1) {
    const uint32_t id = pairs_.id_of(group, value);
    if (id > counts_.size()) counts_.push_back(0);
    counts_[id - 1] += count;
  }
  template <class Visit>
  void each(Visit visit) const {
    for (uint32_t id = 1; id <= counts_.size(); ++id) {
      const auto [group, value] = pairs_.pair(id);
      visit(group, value, counts_[id - 1]);
    }
  }
  template <class Archive>
  void visit(Archive& archive) {
    archive(pairs_, counts_);
  }
  uint64_t memory() const { return pairs_.memory() + counts_.capacity() * sizeof(uint64_t); }
  uint64_t growth(uint64_t more) const {
    return pairs_.growth(more) + IntegerIds::vector_growth(counts_, more);
  }

 private:
  PairIds pairs_;
  std::vector<uint64_t> counts_;
};

// ---- count, nulls ---------------------------------------------------------------------------

/// Of all posts, or of those without a value.
class Count : public Measure {
 public:
  explicit Count(std::optional<Slot> nulls_of) : nulls_of_(nulls_of) {}

  void add(std::span<const Grouped> posts, PostRows& rows) override {
    for (const auto& [row, group] : posts) {
      auto& counts = counts_[group];
      ++counts.posts;
      if (!nulls_of_ || rows.cell(*nulls_of_, row).is_null()) ++counts.counted;
    }
  }
  void merge(const Measure& other, const std::vector<Group>& groups, IdMap&) override {
    static_cast<const Count&>(other).counts_.each([&](Group group, const Counts& more) {
      if (more.posts == 0) return;
      auto& counts = counts_[groups[group]];
      counts.posts += more.posts;
      counts.counted += more.counted;
    });
  }
  std::vector<Figure> figures(const Dictionaries&) const override {
    std::vector<Figure> figures;
    counts_.each([&](Group group, const Counts& counts) {
      if (counts.posts > 0) figures.push_back({group, {}, Integer{counts.counted}});
    });
    return figures;
  }
  void visit(ArchiveWriter& archive) override { archive(counts_); }
  void visit(ArchiveReader& archive) override { archive(counts_); }
  uint64_t memory() const override { return counts_.memory(); }
  uint64_t growth(uint64_t posts, uint64_t) const override { return counts_.growth(posts); }

 private:
  struct Counts {
    uint64_t posts = 0;
    uint64_t counted = 0;
  };
  std::optional<Slot> nulls_of_;
  ByGroup<Counts> counts_;
};

// ---- sum, mean ------------------------------------------------------------------------------

class Sum : public Measure {
 public:
  Sum(Slot slot, bool is_mean) : slot_(slot), is_mean_(is_mean) {}

  void add(std::span<const Grouped> posts, PostRows& rows) override {
    for (const auto& [row, group] : posts) {
      const Cell& cell = rows.cell(slot_, row);
      if (!cell.is_null()) add(group, {cell.integer(), 1});
    }
  }
  void merge(const Measure& other, const std::vector<Group>& groups, IdMap&) override {
    static_cast<const Sum&>(other).sums_.each([&](Group group, const Total& more) {
      if (more.values > 0) add(groups[group], more);
    });
  }
  std::vector<Figure> figures(const Dictionaries&) const override {
    std::vector<Figure> figures;
    sums_.each([&](Group group, const Total& total) {
      if (total.values == 0) return;
      Value value = total.sum;
      if (is_mean_) value = static_cast<double>(total.sum) / static_cast<double>(total.values);
      figures.push_back({group, {}, std::move(value)});
    });
    return figures;
  }
  void visit(ArchiveWriter& archive) override { archive(sums_); }
  void visit(ArchiveReader& archive) override { archive(sums_); }
  uint64_t memory() const override { return sums_.memory(); }
  uint64_t growth(uint64_t posts, uint64_t) const override { return sums_.growth(posts); }

 private:
  struct Total {
    Integer sum = 0;
    uint64_t values = 0;
  };
  void add(Group group, const Total& more) {
    Total& total = sums_[group];
    total.sum += more.sum;
    total.values += more.values;
  }
  Slot slot_;
  bool is_mean_;
  ByGroup<Total> sums_;
};

// ---- min, max -------------------------------------------------------------------------------

/// The least or the greatest integer.
class ExtremeInteger : public Measure {
 public:
  ExtremeInteger(Slot slot, bool is_max) : slot_(slot), is_max_(is_max) {}

  void add(std::span<const Grouped> posts, PostRows& rows) override {
    for (const auto& [row, group] : posts) {
      const Cell& cell = rows.cell(slot_, row);
      if (!cell.is_null()) offer(group, cell.integer());
    }
  }
  void merge(const Measure& other, const std::vector<Group>& groups, IdMap&) override {
    static_cast<const ExtremeInteger&>(other).found_.each([&](Group group, const auto& more) {
      if (more) offer(groups[group], *more);
    });
  }
  std::vector<Figure> figures(const Dictionaries&) const override {
    std::vector<Figure> figures;
    found_.each([&](Group group, const auto& value) {
      if (value) figures.push_back({group, {}, Integer{*value}});
    });
    return figures;
  }
  void visit(ArchiveWriter& archive) override { archive(found_); }
  void visit(ArchiveReader& archive) override { archive(found_); }
  uint64_t memory() const override { return found_.memory(); }
  uint64_t growth(uint64_t posts, uint64_t) const override { return found_.growth(posts); }

 private:
  void offer(Group group, int64_t value) {
    auto& found = found_[group];
    if (!found || (is_max_ ? value > *found : value < *found)) found = value;
  }
  Slot slot_;
  bool is_max_;
  ByGroup<std::optional<int64_t>> found_;
};

/// The first or the last text, by bytes: only those that were it for a while are kept.
class ExtremeText : public Measure {
 public:
  ExtremeText(Slot slot, bool is_max) : slot_(slot), is_max_(is_max) {}

  void add(std::span<const Grouped> posts, PostRows& rows) override {
    for (const auto& [row, group] : posts) {
      const Cell& cell = rows.cell(slot_, row);
      if (cell.is_null()) continue;
      uint32_t& found = found_[group];
      if (wins(cell.text(), rows.dictionary(slot_), found)) found = rows.id(slot_, row);
    }
  }
  void merge(const Measure& other, const std::vector<Group>& groups, IdMap& ids) override {
    static_cast<const ExtremeText&>(other).found_.each([&](Group group, uint32_t more) {
      if (more == 0) return;
      uint32_t& found = found_[groups[group]];
      if (wins(ids.from(slot_).cell(more).text(), ids.to(slot_), found)) found = ids(slot_, more);
    });
  }
  std::vector<Figure> figures(const Dictionaries& dictionaries) const override {
    std::vector<Figure> figures;
    found_.each([&](Group group, uint32_t id) {
      if (id != 0) figures.push_back({group, {}, value_of(dictionaries[slot_], id)});
    });
    return figures;
  }
  void visit(ArchiveWriter& archive) override { archive(found_); }
  void visit(ArchiveReader& archive) override { archive(found_); }
  uint64_t memory() const override { return found_.memory(); }
  uint64_t growth(uint64_t posts, uint64_t) const override { return found_.growth(posts); }

 private:
  bool wins(std::string_view text, const Dictionary& dictionary, uint32_t found) const {
    if (found == 0) return true;
    const auto known = dictionary.cell(found).text();
    return is_max_ ? text > known : text < known;
  }
  Slot slot_;
  bool is_max_;
  ByGroup<uint32_t> found_;  // its id; 0 where there is none
};

// ---- percentile -----------------------------------------------------------------------------

class Percentile : public Measure {
 public:
  Percentile(Slot slot, unsigned per_cent) : slot_(slot), per_cent_(per_cent) {}

  void add(std::span<const Grouped> posts, PostRows& rows) override {
    for (const auto& [row, group] : posts) {
      const uint32_t value = rows.id(slot_, row);
      if (value != 0) counts_.add(group, value);
    }
  }
  void merge(const Measure& other, const std::vector<Group>& groups, IdMap& ids) override {
    static_cast<const Percentile&>(other).counts_.each(
        [&](Group group, uint32_t value, uint64_t count) {
          counts_.add(groups[group], ids(slot_, value), count);
        });
  }
  std::vector<Figure> figures(const Dictionaries& dictionaries) const override {
    struct Counted {
      Group group;
      int64_t value;
      uint64_t count;
    };
    std::vector<Counted> all;
    counts_.each([&](Group group, uint32_t value, uint64_t count) {
      all.push_back({group, dictionaries[slot_].cell(value).integer(), count});
    });
    std::ranges::sort(all, {},
                      [](const Counted& each) { return std::pair(each.group, each.value); });
    std::vector<Figure> figures;
    for (auto begin = all.begin(); begin != all.end();) {
      uint64_t total = 0;
      auto end = begin;
      for (; end != all.end() && end->group == begin->group; ++end) total += end->count;
      // So many values are not greater, one at least.
      const auto rank = std::max<uint64_t>(
          1, static_cast<uint64_t>((static_cast<unsigned __int128>(total) * per_cent_ + 99) / 100));
      for (uint64_t passed = begin->count; passed < rank; passed += begin->count) ++begin;
      figures.push_back({begin->group, {}, Integer{begin->value}});
      begin = end;
    }
    return figures;
  }
  void visit(ArchiveWriter& archive) override { archive(counts_); }
  void visit(ArchiveReader& archive) override { archive(counts_); }
  uint64_t memory() const override { return counts_.memory(); }
  uint64_t growth(uint64_t posts, uint64_t) const override { return counts_.growth(posts); }

 private:
  Slot slot_;
  unsigned per_cent_;
  PairCounts counts_;
};

// ---- distinct -------------------------------------------------------------------------------

/// How many values of one field there are.
class DistinctValues : public Measure {
 public:
  explicit DistinctValues(Slot slot) : slot_(slot) {}

  void add(std::span<const Grouped> posts, PostRows& rows) override {
    for (const auto& [row, group] : posts) {
      auto& counts = counts_[group];
      counts.is_there = true;
      add(group, rows.id(slot_, row), counts.values);
    }
  }
  void merge(const Measure& of, const std::vector<Group>& groups, IdMap& ids) override {
    const auto& other = static_cast<const DistinctValues&>(of);
    other.counts_.each([&](Group group, const GroupCount& count) {
      if (count.is_there) counts_[groups[group]].is_there = true;
    });
    for (uint32_t id = 1; id <= other.pairs_.count(); ++id) {
      const Group group = groups[other.pairs_.pair(id).first];
      add(group, ids(slot_, other.pairs_.pair(id).second), counts_[group].values);
    }
  }
  std::vector<Figure> figures(const Dictionaries&) const override { return figures_of(counts_); }
  void visit(ArchiveWriter& archive) override { archive(counts_, pairs_); }
  void visit(ArchiveReader& archive) override { archive(counts_, pairs_); }
  uint64_t memory() const override { return counts_.memory() + pairs_.memory(); }
  uint64_t growth(uint64_t posts, uint64_t) const override {
    return counts_.growth(posts) + pairs_.growth(posts);
  }

  struct GroupCount {
    bool is_there = false;
    uint64_t values = 0;
  };
  static std::vector<Figure> figures_of(const ByGroup<GroupCount>& counts) {
    std::vector<Figure> figures;
    counts.each([&](Group group, const GroupCount& count) {
      if (count.is_there) figures.push_back({group, {}, Integer{count.values}});
    });
    return figures;
  }

 private:
  void add(Group group, uint32_t value, uint64_t& values) {
    if (value == 0) return;
    const uint32_t known = pairs_.count();
    if (pairs_.id_of(group, value) > known) ++values;
  }
  Slot slot_;
  ByGroup<GroupCount> counts_;
  PairIds pairs_;
};

/// How many tuples of several fields there are that are not all null. A tuple is kept as bytes: its
/// group, and its cells behind one another, so that they are equal where all of them are.
class DistinctTuples : public Measure {
 public:
  DistinctTuples(std::vector<Slot> slots, const Program& program) : slots_(std::move(slots)) {
    for (const Slot slot : slots_) is_integer_.push_back(program.slots()[slot]->is_integer());
  }

  void add(std::span<const Grouped> posts, PostRows& rows) override {
    bytes_.clear();
    tuples_.clear();
    for (const auto& [row, group] : posts) {
      counts_[group].is_there = true;
      append_tuple(group, rows, row);
    }
    for (size_t i = 0; i < tuples_.size(); ++i) {
      for (const void* address : soon(i)) __builtin_prefetch(address);
      const Tuple& tuple = tuples_[i];
      keep(tuple.group, std::string_view(bytes_).substr(tuple.begin, tuple.size), tuple.hash);
    }
  }
  void merge(const Measure& of, const std::vector<Group>& groups, IdMap&) override {
    const auto& other = static_cast<const DistinctTuples&>(of);
    other.counts_.each([&](Group group, const auto& count) {
      if (count.is_there) counts_[groups[group]].is_there = true;
    });
    std::string tuple;
    for (TextId id = 1; id <= other.ids_.count(); ++id) {
      tuple = other.ids_.text(id);
      Group group = 0;
      std::memcpy(&group, tuple.data(), sizeof group);
      group = groups[group];
      std::memcpy(tuple.data(), &group, sizeof group);
      keep(group, tuple, hash_of(std::string_view(tuple)));
    }
  }
  std::vector<Figure> figures(const Dictionaries&) const override {
    return DistinctValues::figures_of(counts_);
  }
  void visit(ArchiveWriter& archive) override { archive(counts_, ids_); }
  void visit(ArchiveReader& archive) override { archive(counts_, ids_); }
  uint64_t memory() const override { return counts_.memory() + ids_.memory(); }
  uint64_t growth(uint64_t posts, uint64_t text_bytes) const override {
    constexpr uint64_t kMostOfInteger = 9;
    const uint64_t bytes = text_bytes + posts * (sizeof(Group) + slots_.size() * kMostOfInteger);
    return counts_.growth(posts) + ids_.growth(posts, bytes);
  }

 private:
  struct Tuple {
    Group group;
    uint32_t size;
    size_t begin;  // in bytes_
    uint32_t hash;
  };

  void keep(Group group, std::string_view tuple, uint32_t hash) {
    const uint32_t known = ids_.count();
    if (ids_.id_of(tuple, hash) > known) ++counts_[group].values;
  }

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
    for (size_t i = 0; i < slots_.size(); ++i) {
      const Cell& cell = rows.cell(slots_[i], row);
      is_null = is_null && cell.is_null();
      append(cell, is_integer_[i]);
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

  std::vector<Slot> slots_;
  std::vector<bool> is_integer_;
  ByGroup<DistinctValues::GroupCount> counts_;
  TextIds ids_;
  // Of the posts that are added:
  std::string bytes_;
  std::vector<Tuple> tuples_;
};

// ---- mode, argmax ---------------------------------------------------------------------------

/// The labels with the greatest value of each group, in order.
class GreatestByGroup {
 public:
  void offer(Group group, int64_t value, uint32_t label) { found_[group].offer(value, label); }

  std::vector<Figure> figures(const Dictionary& labels) const {
    std::vector<Figure> figures;
    found_.each([&](Group group, const ArgMax& found) {
      const size_t first = figures.size();
      for (const uint32_t label : found.who()) {
        figures.push_back({group, value_of(labels, label), Integer{found.max()}});
      }
      std::sort(figures.begin() + static_cast<std::ptrdiff_t>(first), figures.end(),
                [](const Figure& a, const Figure& b) { return a.label < b.label; });
    });
    return figures;
  }
  template <class Visit>
  void each(Visit visit) const {
    found_.each([&](Group group, const ArgMax& found) {
      for (const uint32_t label : found.who()) visit(group, found.max(), label);
    });
  }
  template <class Archive>
  void visit(Archive& archive) {
    archive(found_);
  }
  uint64_t memory() const { return found_.memory(); }
  uint64_t growth(uint64_t posts) const { return found_.growth(posts); }
  /// Whether a value would be kept.
  bool wants(Group group, int64_t value) { return found_[group].wants(value); }

 private:
  ByGroup<ArgMax> found_;
};

class Mode : public Measure {
 public:
  explicit Mode(Slot slot) : slot_(slot) {}

  void add(std::span<const Grouped> posts, PostRows& rows) override {
    for (const auto& [row, group] : posts) {
      const uint32_t value = rows.id(slot_, row);
      if (value != 0) counts_.add(group, value);
    }
  }
  void merge(const Measure& other, const std::vector<Group>& groups, IdMap& ids) override {
    static_cast<const Mode&>(other).counts_.each([&](Group group, uint32_t value, uint64_t count) {
      counts_.add(groups[group], ids(slot_, value), count);
    });
  }
  std::vector<Figure> figures(const Dictionaries& dictionaries) const override {
    GreatestByGroup greatest;
    counts_.each([&](Group group, uint32_t value, uint64_t count) {
      greatest.offer(group, static_cast<int64_t>(count), value);
    });
    return greatest.figures(dictionaries[slot_]);
  }
  void visit(ArchiveWriter& archive) override { archive(counts_); }
  void visit(ArchiveReader& archive) override { archive(counts_); }
  uint64_t memory() const override { return counts_.memory(); }
  uint64_t growth(uint64_t posts, uint64_t) const override { return counts_.growth(posts); }

 private:
  Slot slot_;
  PairCounts counts_;
};

/// Names of which none has been the greatest are not kept.
class LabelsOfGreatest : public Measure {
 public:
  LabelsOfGreatest(Slot label, Slot value) : label_(label), value_(value) {}

  void add(std::span<const Grouped> posts, PostRows& rows) override {
    for (const auto& [row, group] : posts) {
      const Cell& cell = rows.cell(value_, row);
      if (cell.is_null() || !greatest_.wants(group, cell.integer())) continue;
      greatest_.offer(group, cell.integer(), rows.id(label_, row));
    }
  }
  void merge(const Measure& other, const std::vector<Group>& groups, IdMap& ids) override {
    static_cast<const LabelsOfGreatest&>(other).greatest_.each(
        [&](Group group, int64_t value, uint32_t label) {
          greatest_.offer(groups[group], value, ids(label_, label));
        });
  }
  std::vector<Figure> figures(const Dictionaries& dictionaries) const override {
    return greatest_.figures(dictionaries[label_]);
  }
  void visit(ArchiveWriter& archive) override { archive(greatest_); }
  void visit(ArchiveReader& archive) override { archive(greatest_); }
  uint64_t memory() const override { return greatest_.memory(); }
  uint64_t growth(uint64_t posts, uint64_t) const override { return greatest_.growth(posts); }

 private:
  Slot label_;
  Slot value_;
  GreatestByGroup greatest_;
};

}  // namespace

Value value_of(const Dictionary& dictionary, uint32_t id) {
  const Cell cell = dictionary.cell(id);
  if (cell.is_null()) return {};
  if (dictionary.is_integer()) return Integer{cell.integer()};
  return std::string(cell.text());
}

uint32_t IdMap::operator()(Slot slot, uint32_t id) {
  if (id == 0) return 0;
  auto& map = maps_[slot];
  if (map.empty()) map.resize((*from_)[slot].count() + size_t{1});
  if (map[id] == 0) map[id] = (*to_)[slot].id_of((*from_)[slot].cell(id));
  return map[id];
}

std::unique_ptr<Measure> Measure::of(const CellMetric& metric, const Program& program) {
  const auto& slots = metric.slots;
  switch (metric.kind) {
    case MetricKind::count:
      return std::make_unique<Count>(std::nullopt);
    case MetricKind::nulls:
      return std::make_unique<Count>(slots[0]);
    case MetricKind::sum:
    case MetricKind::mean:
      return std::make_unique<Sum>(slots[0], metric.kind == MetricKind::mean);
    case MetricKind::min:
    case MetricKind::max:
      if (program.slots()[slots[0]]->is_integer()) {
        return std::make_unique<ExtremeInteger>(slots[0], metric.kind == MetricKind::max);
      }
      return std::make_unique<ExtremeText>(slots[0], metric.kind == MetricKind::max);
    case MetricKind::percentile:
      return std::make_unique<Percentile>(slots[0], metric.per_cent);
    case MetricKind::distinct:
      if (slots.size() == 1) return std::make_unique<DistinctValues>(slots[0]);
      return std::make_unique<DistinctTuples>(slots, program);
    case MetricKind::mode:
      return std::make_unique<Mode>(slots[0]);
    case MetricKind::argmax:
      return std::make_unique<LabelsOfGreatest>(slots[0], slots[1]);
  }
  return nullptr;
}

}  // namespace pinpipe::query
