#include "query/measures.h"

#include <optional>
#include <string>
#include <utility>

#include "query/arg_max.h"
#include "query/by_group.h"
#include "query/distinct.h"
#include "query/frequencies.h"

namespace pinpipe::query {
namespace {

/// Of all posts, or of those without a value.
struct Count {
  struct State {
    uint64_t posts = 0;
    uint64_t counted = 0;
  };

  static bool is_empty(const State& state) { return state.posts == 0; }
  void add(State& state, uint32_t row, PostRows& rows) const {
    ++state.posts;
    if (!nulls_of || rows.cell(*nulls_of, row).is_null()) ++state.counted;
  }
  static void merge(State& state, const State& other, IdMap&) {
    state.posts += other.posts;
    state.counted += other.counted;
  }
  static void found(const State& state, const Dictionaries&, auto figure) {
    figure({}, Integer{state.counted});
  }

  std::optional<Slot> nulls_of;
};

struct Sum {
  struct State {
    Integer sum = 0;
    uint64_t values = 0;
  };

  static bool is_empty(const State& state) { return state.values == 0; }
  void add(State& state, uint32_t row, PostRows& rows) const {
    const Cell& cell = rows.cell(slot, row);
    if (cell.is_null()) return;
    state.sum += cell.integer();
    ++state.values;
  }
  static void merge(State& state, const State& other, IdMap&) {
    state.sum += other.sum;
    state.values += other.values;
  }
  void found(const State& state, const Dictionaries&, auto figure) const {
    Value value = state.sum;
    if (is_mean) value = static_cast<double>(state.sum) / static_cast<double>(state.values);
    figure({}, std::move(value));
  }

  Slot slot;
  bool is_mean;
};

struct ExtremeInteger {
  using State = std::optional<int64_t>;

  static bool is_empty(const State& state) { return !state; }
  void add(State& state, uint32_t row, PostRows& rows) const {
    const Cell& cell = rows.cell(slot, row);
    if (!cell.is_null()) offer(state, cell.integer());
  }
  void merge(State& state, const State& other, IdMap&) const { offer(state, *other); }
  void offer(State& state, int64_t value) const {
    if (!state || (is_max ? value > *state : value < *state)) state = value;
  }
  static void found(const State& state, const Dictionaries&, auto figure) {
    figure({}, Integer{*state});
  }

  Slot slot;
  bool is_max;
};

/// By bytes. Only texts that were it for a while get an id.
struct ExtremeText {
  using State = TextId;

  static bool is_empty(State state) { return state == kNull; }
  void add(State& state, uint32_t row, PostRows& rows) const {
    const Cell& cell = rows.cell(slot, row);
    if (cell.is_null()) return;
    if (wins(cell, state, rows.dictionary(slot))) state = rows.id(slot, row);
  }
  void merge(State& state, State other, IdMap& ids) const {
    if (wins(ids.from(slot).cell(other), state, ids.to(slot))) state = ids(slot, other);
  }
  bool wins(const Cell& cell, State state, const Dictionary& dictionary) const {
    if (state == kNull) return true;
    const auto known = dictionary.cell(state).text();
    return is_max ? cell.text() > known : cell.text() < known;
  }
  void found(State state, const Dictionaries& dictionaries, auto figure) const {
    figure({}, value_of(dictionaries[slot], state));
  }

  Slot slot;
  bool is_max;
};

/// Labels of which none has been the greatest get no id.
struct LabelsOfGreatest {
  using State = ArgMax;

  static bool is_empty(const State& state) { return state.empty(); }
  void add(State& state, uint32_t row, PostRows& rows) const {
    const Cell& cell = rows.cell(value, row);
    if (cell.is_null() || !state.wants(cell.integer())) return;
    state.offer(cell.integer(), rows.id(label, row));
  }
  void merge(State& state, const State& other, IdMap& ids) const {
    for (const uint32_t id : other.who()) state.offer(other.max(), ids(label, id));
  }
  void found(const State& state, const Dictionaries& dictionaries, auto figure) const {
    each_label(state, dictionaries[label], figure);
  }

  Slot label;
  Slot value;
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
  const bool is_max = metric.kind == MetricKind::max;
  switch (metric.kind) {
    case MetricKind::count:
      return make_by_group(Count{});
    case MetricKind::nulls:
      return make_by_group(Count{slots[0]});
    case MetricKind::sum:
    case MetricKind::mean:
      return make_by_group(Sum{slots[0], metric.kind == MetricKind::mean});
    case MetricKind::min:
    case MetricKind::max:
      if (program.slots()[slots[0]]->is_integer()) {
        return make_by_group(ExtremeInteger{slots[0], is_max});
      }
      return make_by_group(ExtremeText{slots[0], is_max});
    case MetricKind::percentile:
      return std::make_unique<Percentile>(slots[0], metric.per_cent);
    case MetricKind::distinct:
      if (slots.size() == 1) return std::make_unique<DistinctValues>(slots[0]);
      return std::make_unique<DistinctTuples>(slots, program);
    case MetricKind::mode:
      return std::make_unique<Mode>(slots[0]);
    case MetricKind::argmax:
      return make_by_group(LabelsOfGreatest{slots[0], slots[1]});
  }
  return nullptr;
}

}  // namespace pinpipe::query
