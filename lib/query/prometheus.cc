#include "query/prometheus.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "base/prometheus_text.h"
#include "query/answer.h"

namespace pinpipe::query {
namespace {

std::string label_text(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return number_text(value, "");
  return text->find_first_not_of('"') == text->npos ? *text + "\"\"" : *text;
}

/// Columns by what becomes of them.
struct Parts {
  std::vector<size_t> labels;
  std::vector<size_t> gauges;
  std::optional<size_t> window_end;
  std::optional<size_t> final;
};

Parts parts_of(const Answer& answer) {
  Parts parts;
  for (size_t i = 0; i < answer.columns.size(); ++i) {
    const Column& column = answer.columns[i];
    if (column.name == "window_end") {
      parts.window_end = i;
    } else if (column.name == "final") {
      parts.final = i;
    } else if (column.name != "window_start") {
      const bool is_gauge = column.role == Column::Role::measure && column.is_number();
      (is_gauge ? parts.gauges : parts.labels).push_back(i);
    }
  }
  return parts;
}

bool is_final(const Row& row, const Parts& parts) {
  return !parts.final || row[*parts.final] != Value(false);
}

/// The end of the window to tell about: of the first that is not final, else of the last.
const Value* end_to_show(const Answer& answer, const Parts& parts) {
  const Value* best = nullptr;
  bool best_is_final = true;
  for (const Row& row : answer.rows) {
    const Value& end = row[*parts.window_end];
    const bool final = is_final(row, parts);
    const bool is_better =
        best == nullptr ||
        (final == best_is_final ? (final ? *best < end : end < *best) : best_is_final);
    if (!is_better) continue;
    best = &end;
    best_is_final = final;
  }
  return best;
}

std::vector<const Row*> rows_to_show(const Answer& answer, const Parts& parts) {
  const Value* end = parts.window_end ? end_to_show(answer, parts) : nullptr;
  std::vector<const Row*> rows;
  for (const Row& row : answer.rows) {
    if (end == nullptr || row[*parts.window_end] == *end) rows.push_back(&row);
  }
  return rows;
}

/// "{country=\"Peru\"}", or "".
std::string labels_of(const Answer& answer, const Row& row, const Parts& parts) {
  std::string labels;
  for (const size_t i : parts.labels) {
    const std::string text = label_text(row[i]);
    if (text.empty()) continue;
    labels += labels.empty() ? '{' : ',';
    append_label(metric_name_part(answer.columns[i].name), text, labels);
  }
  return labels.empty() ? labels : labels + '}';
}

std::string metric_name(const Answer& answer, std::string_view measure) {
  std::string name = "pinpipe_" + metric_name_part(answer.name);
  if (name.back() != '_') name += '_';
  return name + metric_name_part(measure);
}

}  // namespace

void append_prometheus(const Answer& answer, std::string& to) {
  const Parts parts = parts_of(answer);
  const auto rows = rows_to_show(answer, parts);
  for (const size_t i : parts.gauges) {
    const std::string metric = metric_name(answer, answer.columns[i].name);
    append_gauge_head(metric, answer.columns[i].name + " of " + answer.name, to);
    for (const Row* row : rows) {
      const std::string number = number_text((*row)[i], "");
      if (!number.empty()) to += metric + labels_of(answer, *row, parts) + ' ' + number + '\n';
    }
  }
  if (!parts.gauges.empty()) return;
  const std::string metric = metric_name(answer, "info");
  append_gauge_head(metric, "rows of " + answer.name, to);
  for (const Row* row : rows) to += metric + labels_of(answer, *row, parts) + " 1\n";
}

}  // namespace pinpipe::query
