#include "query/format_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "query/display_width.h"

namespace pinpipe::query {
namespace {

constexpr size_t kGap = 2;
constexpr size_t kLeastText = 8;  // columns a text keeps, however narrow the terminal

bool is_number(const Column& column) { return column.type == Column::Type::integer; }

/// `text` with its control characters (C0, DEL, C1) as escapes.
std::string printable(std::string_view text) {
  std::string to;
  for (size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const bool is_c1 =
        byte == 0xC2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xA0;
    if (byte == '\n') {
      to += "\\n";
    } else if (byte == '\t') {
      to += "\\t";
    } else if (byte < 0x20 || byte == 0x7F) {
      to += fmt::format("\\u{:04x}", byte);
    } else if (is_c1) {
      to += fmt::format("\\u{:04x}", static_cast<unsigned char>(text[++at]));
    } else {
      to += text[at];
    }
  }
  return to;
}

std::string cell_of(const Value& value) {
  if (const auto* text = std::get_if<std::string_view>(&value)) return printable(*text);
  if (const auto* number = std::get_if<int64_t>(&value)) return std::to_string(*number);
  return "null";
}

/// `answer` as cells, the names of its columns first.
std::vector<std::vector<std::string>> cells_of(const Answer& answer) {
  std::vector<std::vector<std::string>> cells(1);
  for (const Column& column : answer.columns) cells[0].emplace_back(column.name);
  for (const Row& row : answer.rows) {
    auto& line = cells.emplace_back();
    for (const Value& value : row) line.push_back(cell_of(value));
  }
  return cells;
}

/// Narrows the widest text columns until a line takes `most`, or none can be narrowed.
void narrow(const Answer& answer, size_t most, std::vector<size_t>& widths) {
  const auto line_width = [&] {
    size_t width = kGap * (widths.size() - 1);
    for (const size_t column : widths) width += column;
    return width;
  };
  while (line_width() > most) {
    size_t widest = widths.size();
    for (size_t i = 0; i < widths.size(); ++i) {
      if (is_number(answer.columns[i]) || widths[i] <= kLeastText) continue;
      if (widest == widths.size() || widths[i] > widths[widest]) widest = i;
    }
    if (widest == widths.size()) return;
    --widths[widest];
  }
}

std::string fitted(const std::string& cell, size_t width) {
  if (display_width(cell) <= width) return cell;
  return std::string(cut_to_width(cell, width - 1)) + "…";
}

void append_line(const Answer& answer, const std::vector<std::string>& line,
                 const std::vector<size_t>& widths, std::string& to) {
  for (size_t i = 0; i < line.size(); ++i) {
    if (i > 0) to.append(kGap, ' ');
    const std::string cell = fitted(line[i], widths[i]);
    const size_t padding = widths[i] - std::min(widths[i], display_width(cell));
    if (is_number(answer.columns[i])) to.append(padding, ' ');
    to += cell;
    if (!is_number(answer.columns[i]) && i + 1 < line.size()) to.append(padding, ' ');
  }
  to += '\n';
}

std::string markdown_escaped(const std::string& cell) {
  std::string to;
  for (const char c : cell) {
    if (std::string_view("\\|`*_<[").find(c) != std::string_view::npos) to += '\\';
    to += c;
  }
  return to;
}

}  // namespace

void append_table(const Answer& answer, std::optional<size_t> width, std::string& to) {
  const auto cells = cells_of(answer);
  std::vector<size_t> widths(answer.columns.size());
  for (const auto& line : cells) {
    for (size_t i = 0; i < line.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(line[i]));
    }
  }
  if (width) narrow(answer, *width, widths);
  for (size_t row = 0; row < cells.size(); ++row) {
    append_line(answer, cells[row], widths, to);
    if (row > 0) continue;
    for (size_t i = 0; i < widths.size(); ++i) {
      if (i > 0) to.append(kGap, ' ');
      to.append(widths[i], '-');
    }
    to += '\n';
  }
}

void append_markdown(const Answer& answer, std::string& to) {
  const auto cells = cells_of(answer);
  for (size_t row = 0; row < cells.size(); ++row) {
    to += '|';
    for (const std::string& cell : cells[row]) {
      to += ' ' + (row == 0 ? cell : markdown_escaped(cell)) + " |";
    }
    to += '\n';
    if (row > 0) continue;
    to += '|';
    for (const Column& column : answer.columns) to += is_number(column) ? " ---: |" : " --- |";
    to += '\n';
  }
}

}  // namespace pinpipe::query
