#include "query/answer.h"

#include <fmt/format.h>

#include "base/printable.h"

namespace pinpipe::query {

std::string number_text(const Value& value, std::string_view null) {
  if (const auto* integer = std::get_if<Integer>(&value)) return fmt::format("{}", *integer);
  if (const auto* real = std::get_if<double>(&value)) return fmt::format("{}", *real);
  if (const auto* truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
  return std::string(null);
}

std::string shown_text(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return printable(*text);
  return number_text(value, "null");
}

Cells cells_of(const Answer& answer) {
  Cells cells(1);
  for (const Column& column : answer.columns) cells[0].emplace_back(column.name);
  for (const Row& row : answer.rows) {
    auto& line = cells.emplace_back();
    for (const Value& value : row) line.push_back(shown_text(value));
  }
  return cells;
}

}  // namespace pinpipe::query
