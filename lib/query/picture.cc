#include "query/picture.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "query/answer.h"

namespace pinpipe::query {
namespace {

constexpr size_t kMaxBarsOfTime = 31;  // the days of a month

bool is_measure(const Column& column) {
  return column.role == Column::Role::measure && column.is_number();
}

bool is_time(const Column& column) {
  if (column.role != Column::Role::key) return false;
  const std::string_view name = column.name;
  if (name == "window_start") return true;
  return name.ends_with("_year") || name.ends_with("_month") || name.ends_with("_day") ||
         name.ends_with("_hour");
}

/// "post" of "post_year": times of different clocks are no moment together.
std::string_view clock_of(const Column& column) {
  return std::string_view(column.name).substr(0, column.name.find('_'));
}

bool is_same_in_all_rows(const Answer& answer, size_t column) {
  return std::ranges::all_of(answer.rows,
                             [&](const Row& row) { return row[column] == answer.rows[0][column]; });
}

/// Sorts a column into what it is drawn as.
void place(const Answer& answer, size_t at, Picture& to) {
  const Column& column = answer.columns[at];
  if (column.name == "window_end" || column.name == "final") return;
  if (column.name == "window_start" && is_same_in_all_rows(answer, at)) {
    if (!answer.rows.empty()) to.window = shown_text(answer.rows[0][at]);
  } else if (is_measure(column)) {
    to.measures.push_back(at);
  } else if (is_time(column) &&
             (to.time.empty() || clock_of(answer.columns[to.time[0]]) == clock_of(column))) {
    to.time.push_back(at);
  } else {
    to.names.push_back(at);
  }
}

void add_window_end(const Answer& answer, Picture& to) {
  const auto end = std::ranges::find(answer.columns, "window_end", &Column::name);
  if (to.window.empty() || end == answer.columns.end()) return;
  to.window +=
      " to " + shown_text(answer.rows[0][static_cast<size_t>(end - answer.columns.begin())]);
}

bool suits_lines(const Answer& answer, const Picture& picture) {
  if (picture.time.empty() || picture.keys < picture.names.size()) return false;
  const size_t moments = count_moments(answer, picture);
  return picture.names.empty() ? moments > kMaxBarsOfTime : moments > 1;
}

}  // namespace

Picture picture_of(const Answer& answer) {
  Picture picture;
  for (size_t i = 0; i < answer.columns.size(); ++i) place(answer, i, picture);
  add_window_end(answer, picture);
  const auto is_key = [&](size_t i) { return answer.columns[i].role == Column::Role::key; };
  // Not of std::ranges: clang 14 does not take what that gives back.
  std::stable_partition(picture.names.begin(), picture.names.end(), is_key);
  picture.keys = static_cast<size_t>(std::ranges::count_if(picture.names, is_key));
  const auto is_rank = [&](size_t i) { return answer.columns[i].name == "rank"; };
  if (picture.measures.size() > 1) std::erase_if(picture.measures, is_rank);
  if (suits_lines(answer, picture)) {
    picture.kind = Picture::Kind::lines;
    return picture;
  }
  picture.names.insert(picture.names.begin(), picture.time.begin(), picture.time.end());
  picture.keys += picture.time.size();
  picture.time.clear();
  std::ranges::sort(picture.names.begin(),
                    picture.names.begin() + static_cast<ptrdiff_t>(picture.keys));
  return picture;
}

size_t count_moments(const Answer& answer, const Picture& picture) {
  std::set<std::string> moments;
  for (const Row& row : answer.rows) moments.insert(moment_text(picture, row));
  return moments.size();
}

std::string moment_text(const Picture& picture, const Row& row) {
  std::string text;
  for (const size_t i : picture.time) {
    const std::string part = shown_text(row[i]);
    if (!text.empty()) text += '-';
    if (part.size() == 1) text += '0';
    text += part;
  }
  return text;
}

}  // namespace pinpipe::query
