#include "query/emission.h"

#include <algorithm>
#include <iterator>

namespace pinpipe::query {
namespace {

Column key_column(const char* name) { return {name, Column::Type::text, Column::Role::key}; }

}  // namespace

void Emission::add(Windows::Window window) {
  taken_.resize(window.answers.size());
  for (size_t i = 0; i < window.answers.size(); ++i) {
    Answer& to = taken_[i];
    if (to.columns.empty()) {
      to.name = window.answers[i].name;
      to.columns = columns_of(window.answers[i]);
    }
    append(window, window.answers[i], i);
  }
}

bool Emission::empty() const {
  return std::ranges::all_of(taken_, [](const Answer& answer) { return answer.rows.empty(); });
}

std::vector<Answer> Emission::take() { return std::exchange(taken_, {}); }

std::vector<Column> Emission::columns_of(const Answer& answer) const {
  std::vector<Column> columns;
  if (has_windows_ || emit_ == Emit::every) {
    columns.push_back(key_column("window_start"));
    columns.push_back(key_column("window_end"));
    if (emit_ != Emit::changes) columns.push_back(key_column("final"));
  }
  std::ranges::copy(answer.columns, std::back_inserter(columns));
  if (emit_ == Emit::changes) {
    columns.push_back({"diff", Column::Type::integer, Column::Role::measure});
  }
  return columns;
}

void Emission::append(const Windows::Window& window, Answer& answer, size_t question) {
  std::vector<Row> rows =
      emit_ == Emit::changes ? changes_of(window, question, answer) : std::move(answer.rows);
  for (Row& row : rows) {
    Row whole;
    if (has_windows_ || emit_ == Emit::every) {
      whole.push_back(window.start_us ? Value(time_text(*window.start_us)) : Value());
      whole.emplace_back(time_text(window.end_us));
      if (emit_ != Emit::changes) whole.emplace_back(window.is_final);
    }
    std::ranges::move(row, std::back_inserter(whole));
    taken_[question].rows.push_back(std::move(whole));
  }
}

/// A window that is final is forgotten: nothing of it changes any more.
std::vector<Row> Emission::changes_of(const Windows::Window& window, size_t question,
                                      const Answer& answer) {
  const int64_t start = window.start_us.value_or(0);
  auto said = std::ranges::find_if(
      said_, [&](const Said& each) { return each.start_us == start && each.question == question; });
  if (said == said_.end()) said = said_.insert(said_.end(), Said{start, question, {}});
  std::vector<Row> now = answer.rows;
  std::ranges::sort(now);
  std::vector<Row> changes;
  const auto add = [&](const std::vector<Row>& of, const std::vector<Row>& without, int diff) {
    const size_t first = changes.size();
    std::ranges::set_difference(of, without, std::back_inserter(changes));
    for (size_t i = first; i < changes.size(); ++i) changes[i].emplace_back(Integer{diff});
  };
  add(said->rows, now, -1);
  add(now, said->rows, 1);
  said->rows = std::move(now);
  if (window.is_final && window.start_us) said_.erase(said);
  return changes;
}

}  // namespace pinpipe::query
