#include "query/fold.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "query/ranking.h"

namespace pinpipe::query {
namespace {

using Op = Condition::Op;

template <class T>
bool holds(Op op, T value, T first, T last) {
  switch (op) {
    case Op::equal:
      return value == first;
    case Op::not_equal:
      return value != first;
    case Op::at_least:
      return value >= first;
    case Op::at_most:
      return value <= first;
    case Op::between:
      return first <= value && value <= last;
    case Op::is_null:
      return false;
    case Op::is_not_null:
      return true;
  }
  return false;
}

bool fulfils(const Cell& cell, const CellCondition& condition) {
  if (cell.is_null()) return condition.op == Op::is_null;
  if (condition.is_integer) {
    return holds(condition.op, cell.integer(), condition.first, condition.last);
  }
  return holds<std::string_view>(condition.op, cell.text(), condition.first_text,
                                 condition.last_text);
}

/// Calls `visit` with each tag of a tag_list once: what is between commas, without blanks around.
/// False where it has none.
template <class Visit>
bool each_tag(std::string_view list, Visit visit) {
  std::vector<std::string_view> seen;
  while (!list.empty()) {
    auto tag = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), tag.size() + 1));
    while (tag.starts_with(' ')) tag.remove_prefix(1);
    while (tag.ends_with(' ')) tag.remove_suffix(1);
    if (tag.empty() || std::ranges::find(seen, tag) != seen.end()) continue;
    seen.push_back(tag);
    visit(tag);
  }
  return !seen.empty();
}

}  // namespace

// ---- one plan -------------------------------------------------------------------------------

Fold::Fold(const PlanOfSlots& plan, const Program& program)
    : plan_(&plan), pairs_(plan.keys.size() < 2 ? 0 : plan.keys.size() - 1) {
  for (const CellMetric& metric : plan.metrics) measures_.push_back(Measure::of(metric, program));
}

void Fold::add(std::span<const uint32_t> posts, PostRows& rows) {
  if (plan_->tags) {
    add_tags(posts, rows);
  } else {
    add_grouped(posts, rows);
  }
}

/// A post with several tags is one in the group of each.
void Fold::add_tags(std::span<const uint32_t> posts, PostRows& rows) {
  std::vector<Cell> cells;
  std::vector<uint32_t> tagged;
  const auto add_row = [&](uint32_t row, const Cell& tag) {
    tagged.push_back(static_cast<uint32_t>(tagged.size()));
    for (Slot slot = 0; slot < rows.slots(); ++slot) {
      cells.push_back(slot == *plan_->tags ? tag : rows.cell(slot, row));
    }
  };
  for (const uint32_t row : posts) {
    const Cell& list = rows.cell(*plan_->tags, row);
    const auto add_tag = [&](std::string_view tag) { add_row(row, Cell(tag)); };
    if (list.is_null() || !each_tag(list.text(), add_tag)) add_row(row, Cell());
  }
  PostRows of_tags = rows;
  of_tags.set(cells.data(), tagged.size());
  add_grouped(tagged, of_tags);
}

void Fold::add_grouped(std::span<const uint32_t> posts, PostRows& rows) {
  grouped_.resize(posts.size());
  std::ranges::transform(posts, grouped_.begin(), [](uint32_t row) { return Grouped{row, 0}; });
  for (const CellCondition& condition : plan_->conditions) {
    std::erase_if(grouped_, [&](const Grouped& post) {
      return !fulfils(rows.cell(condition.slot, post.row), condition);
    });
  }
  for (size_t i = 0; i < plan_->keys.size(); ++i) group_by(i, rows);
  for (auto& measure : measures_) measure->add(grouped_, rows);
}

/// Posts that are in groups of the keys before come into those of one more.
void Fold::group_by(size_t key, PostRows& rows) {
  const Slot slot = plan_->keys[key];
  PairIds* const pairs = key == 0 ? nullptr : &pairs_[key - 1];
  const bool with_nulls = plan_->plan->with_nulls;
  auto kept = grouped_.begin();
  for (const auto& [row, group] : grouped_) {
    const uint32_t id = rows.id(slot, row);
    if (id == 0 && !with_nulls) continue;
    *kept++ = {row, pairs == nullptr ? id : pairs->id_of(group, id)};
  }
  grouped_.erase(kept, grouped_.end());
}

template <class Id>
bool Fold::group_of(Id id, Group& group) {
  const bool with_nulls = plan_->plan->with_nulls;
  for (size_t i = 0; i < plan_->keys.size(); ++i) {
    const uint32_t key = id(i);
    if (key == 0 && !with_nulls) return false;
    group = i == 0 ? key : pairs_[i - 1].id_of(group, key);
  }
  return true;
}

std::vector<uint32_t> Fold::key_ids(Group group) const {
  std::vector<uint32_t> ids(plan_->keys.size());
  for (size_t i = ids.size(); i > 1; --i) {
    const auto [before, key] = pairs_[i - 2].pair(group);
    ids[i - 1] = key;
    group = before;
  }
  if (!ids.empty()) ids[0] = group;
  return ids;
}

void Fold::merge(const Fold& other, IdMap& ids) {
  // The groups of the other one, by what it has counted of them.
  const size_t count = other.pairs_.empty()
                           ? (plan_->keys.empty() ? 0 : ids.from(plan_->keys[0]).count())
                           : other.pairs_.back().count();
  std::vector<Group> groups(count + 1);
  const Group first = other.pairs_.empty() ? 0 : 1;
  for (Group group = first; group <= count && !plan_->keys.empty(); ++group) {
    const auto keys = other.key_ids(group);
    group_of([&](size_t i) { return ids(plan_->keys[i], keys[i]); }, groups[group]);
  }
  for (size_t i = 0; i < measures_.size(); ++i) {
    measures_[i]->merge(*other.measures_[i], groups, ids);
  }
}

namespace {

/// Those of `group` at the start of `rest`, behind those of lesser groups; both are taken off.
std::span<const Figure> take_group(std::span<const Figure>& rest, Group group) {
  while (!rest.empty() && rest.front().group < group) rest = rest.subspan(1);
  size_t count = 0;
  while (count < rest.size() && rest[count].group == group) ++count;
  const auto taken = rest.first(count);
  rest = rest.subspan(count);
  return taken;
}

}  // namespace

/// Of `groups` those that can be among the `top` by the first metric, of which `figures` is what
/// was found: to put all profiles in order, of which ten are answered, took most of a snapshot's
/// time.
void Fold::keep_top(const std::vector<Figure>& figures, uint64_t top, std::vector<Group>& groups) {
  std::vector<std::pair<Value, Group>> of_groups;
  for (const Figure& figure : figures) {
    if (of_groups.empty() || of_groups.back().second != figure.group) {
      of_groups.emplace_back(figure.value, figure.group);
    }
  }
  if (of_groups.size() < top) return;  // those without a value may be, too
  const auto border = of_groups.begin() + static_cast<std::ptrdiff_t>(top - 1);
  std::nth_element(of_groups.begin(), border, of_groups.end(),
                   [](const auto& a, const auto& b) { return b.first < a.first; });
  const Value least = border->first;
  groups.clear();
  for (const auto& [value, group] : of_groups) {
    if (!(value < least)) groups.push_back(group);
  }
  std::ranges::sort(groups);
}

/// Every group with every combination of what its metrics found.
Result<std::vector<Row>> Fold::rows(const Dictionaries& dictionaries, uint64_t room) const {
  std::vector<std::vector<Figure>> found;
  std::vector<Group> groups;
  for (const auto& measure : measures_) {
    found.push_back(measure->figures(dictionaries));
    const auto known = static_cast<std::ptrdiff_t>(groups.size());
    for (const Figure& figure : found.back()) groups.push_back(figure.group);
    std::inplace_merge(groups.begin(), groups.begin() + known, groups.end());
  }
  groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
  if (plan_->plan->top) keep_top(found[0], *plan_->plan->top, groups);
  // A row, what was found for it, and later its text.
  const uint64_t bytes_of_row = 256 + 64 * plan_->plan->columns.size();
  if (groups.size() > room / bytes_of_row) {
    return Error{fmt::format("no room for the {} rows of an answer", groups.size()),
                 "give --max-memory more, or ask about fewer groups"};
  }
  std::vector<Row> rows;
  std::vector<std::span<const Figure>> rest(found.begin(), found.end());
  for (const Group group : groups) {
    const size_t first = rows.size();
    rows.push_back(keys_of(group, dictionaries));
    for (size_t i = 0; i < rest.size(); ++i) {
      append_figures(rows, first, take_group(rest[i], group), plan_->metrics[i].kind);
    }
  }
  return rows;
}

Row Fold::keys_of(Group group, const Dictionaries& dictionaries) const {
  Row keys;
  keys.reserve(plan_->plan->columns.size());
  const auto ids = key_ids(group);
  for (size_t i = 0; i < ids.size(); ++i) {
    keys.push_back(value_of(dictionaries[plan_->keys[i]], ids[i]));
  }
  return keys;
}

/// Each of `rows` from `first` on becomes one with each of the figures of one metric behind it, or
/// with null where there is none.
void Fold::append_figures(std::vector<Row>& rows, size_t first, std::span<const Figure> figures,
                          MetricKind kind) const {
  static const Figure kNone{};
  if (figures.empty()) figures = {&kNone, 1};
  if (plan_->plan->one) figures = figures.first(1);
  const size_t count = rows.size() - first;
  for (size_t more = 1; more < figures.size(); ++more) {
    for (size_t i = 0; i < count; ++i) rows.push_back(rows[first + i]);
  }
  for (size_t i = 0; i < rows.size() - first; ++i) {
    const Figure& figure = figures[i / count];
    if (has_label(kind)) rows[first + i].push_back(figure.label);
    rows[first + i].push_back(figure.value);
  }
}

/// The figures of the one group, turned: a row a field.
static std::vector<Row> rows_of_fields(const Plan& plan, const Row& figures) {
  std::vector<Row> rows;
  const auto records = std::get<Integer>(figures.back());
  for (size_t i = 0; i + 1 < plan.metrics.size(); ++i) {
    const Field& field = *plan.metrics[i].fields[0];
    const auto nulls = std::get<Integer>(figures[i]);
    rows.push_back({std::string(name_of(field.dataset)), std::string(field.name), nulls, records,
                    static_cast<double>(nulls) / static_cast<double>(records)});
  }
  return rows;
}

Result<Answer> Fold::answer(const Dictionaries& dictionaries, uint64_t room) const {
  const Plan& plan = *plan_->plan;
  auto of_plan = TRY(rows(dictionaries, room));
  Answer answer{plan.name, plan.columns, std::move(of_plan)};
  put_in_order(plan, answer.rows);
  if (plan.of_fields && !answer.rows.empty()) {
    answer.rows = rows_of_fields(plan, answer.rows[0]);
  }
  return answer;
}

uint64_t Fold::memory() const {
  uint64_t sum = 0;
  for (const auto& pairs : pairs_) sum += pairs.memory();
  for (const auto& measure : measures_) sum += measure->memory();
  return sum;
}

uint64_t Fold::growth(uint64_t posts, uint64_t text_bytes) const {
  uint64_t sum = 0;
  for (const auto& pairs : pairs_) sum += pairs.growth(posts);
  for (const auto& measure : measures_) sum += measure->growth(posts, text_bytes);
  return sum;
}

// ---- all plans ------------------------------------------------------------------------------

Folds::Folds(const Program& program) : program_(&program), rows_(dictionaries_) {
  for (const Field* field : program.slots()) dictionaries_.emplace_back(field->is_integer());
  for (const PlanOfSlots& plan : program.plans()) folds_.emplace_back(plan, program);
}

void Folds::merge(const Folds& other) {
  IdMap ids(other.dictionaries_, dictionaries_);
  for (size_t i = 0; i < folds_.size(); ++i) folds_[i].merge(other.folds_[i], ids);
}

Result<std::vector<Answer>> Folds::answers(uint64_t room) const {
  std::vector<Answer> answers;
  for (const Fold& fold : folds_) {
    auto answer = TRY(fold.answer(dictionaries_, room));
    if (fold.plan().continues) {
      std::ranges::move(answer.rows, std::back_inserter(answers.back().rows));
    } else {
      answers.push_back(std::move(answer));
    }
  }
  return answers;
}

uint64_t Folds::memory() const {
  uint64_t sum = 0;
  for (const auto& dictionary : dictionaries_) sum += dictionary.memory();
  for (const auto& fold : folds_) sum += fold.memory();
  return sum;
}

uint64_t Folds::growth(uint64_t posts, uint64_t text_bytes) const {
  uint64_t sum = 0;
  for (const auto& dictionary : dictionaries_) sum += dictionary.growth(posts, text_bytes);
  for (const auto& fold : folds_) sum += fold.growth(posts, text_bytes);
  return sum;
}

}  // namespace pinpipe::query
