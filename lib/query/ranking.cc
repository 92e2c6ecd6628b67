#include "query/ranking.h"

#include <algorithm>

namespace pinpipe::query {
namespace {

/// Where the figure of the first metric is in a row.
size_t first_figure(const Plan& plan) {
  const size_t keys = plan.keys.size();
  return plan.columns[keys].role == Column::Role::label ? keys + 1 : keys;
}

/// The figures that say which row is before another, the greatest first.
std::vector<size_t> ranked_by(const Plan& plan) {
  if (plan.order != Order::ranked) return {first_figure(plan)};
  std::vector<size_t> figures;
  for (size_t i = plan.keys.size(); i + 1 < plan.columns.size(); ++i) {
    if (plan.columns[i].role == Column::Role::measure) figures.push_back(i);
  }
  return figures;
}

/// Less than 0 where `a` is before `b`.
int compared(const Row& a, const Row& b, const std::vector<size_t>& figures) {
  for (const size_t i : figures) {
    if (a[i] != b[i]) return b[i] < a[i] ? -1 : 1;
  }
  return 0;
}

}  // namespace

void put_in_order(const Plan& plan, std::vector<Row>& rows) {
  std::ranges::sort(rows);
  if (plan.order == Order::by_group && !plan.top) return;
  const auto figures = ranked_by(plan);
  std::ranges::stable_sort(rows,
                           [&](const Row& a, const Row& b) { return compared(a, b, figures) < 0; });
  if (plan.order == Order::ranked) {
    size_t rank = 0;
    for (size_t i = 0; i < rows.size(); ++i) {
      if (i == 0 || compared(rows[i - 1], rows[i], figures) != 0) rank = i + 1;
      rows[i].push_back(static_cast<Integer>(rank));
    }
  }
  if (!plan.top) return;
  // Of a group there may be several rows, which tie: groups are counted.
  const auto keys = static_cast<std::ptrdiff_t>(plan.keys.size());
  uint64_t groups = 0;
  size_t kept = 0;
  for (; kept < rows.size(); ++kept) {
    const bool is_group_before =
        kept > 0 &&
        std::equal(rows[kept].begin(), rows[kept].begin() + keys, rows[kept - 1].begin());
    if (is_group_before) continue;
    const bool ties =
        kept > 0 && rows[kept][first_figure(plan)] == rows[kept - 1][first_figure(plan)];
    if (groups >= *plan.top && (plan.one || !ties)) break;
    ++groups;
  }
  rows.resize(kept);
}

}  // namespace pinpipe::query
