#include "query/format.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/display_width.h"
#include "base/printable.h"
#include "json/string.h"

namespace pinpipe::query {
namespace {

/// A number as JSON has it; `null` where it is none.
std::string number_text(const Value& value, std::string_view null) {
  if (const auto* integer = std::get_if<Integer>(&value)) return fmt::format("{}", *integer);
  if (const auto* real = std::get_if<double>(&value)) return fmt::format("{}", *real);
  return std::string(null);
}

void append_json_rows(const Answer& answer, bool several, std::string& to) {
  for (const Row& row : answer.rows) {
    char before = '{';
    const auto append_key = [&](std::string_view key) {
      to += before;
      json::append_quoted(key, to);
      to += ':';
      before = ',';
    };
    if (several) {
      append_key("question");
      json::append_quoted(answer.name, to);
    }
    for (size_t i = 0; i < row.size(); ++i) {
      append_key(answer.columns[i].name);
      if (const auto* text = std::get_if<std::string>(&row[i])) {
        json::append_quoted(*text, to);
      } else {
        to += number_text(row[i], "null");
      }
    }
    to += "}\n";
  }
}

void append_csv_field(std::string_view text, std::string& to) {
  if (!text.empty() && text.find_first_of(",\"\r\n") == text.npos) {
    to += text;
    return;
  }
  to += '"';
  for (const char c : text) {
    if (c == '"') to += '"';
    to += c;
  }
  to += '"';
}

void append_csv(const Answer& answer, std::string& to) {
  const char* separator = "";
  for (const Column& column : answer.columns) {
    to += separator;
    append_csv_field(column.name, to);
    separator = ",";
  }
  to += '\n';
  for (const Row& row : answer.rows) {
    separator = "";
    for (const Value& value : row) {
      to += separator;
      separator = ",";
      if (const auto* text = std::get_if<std::string>(&value)) {
        append_csv_field(*text, to);
      } else {
        to += number_text(value, "");
      }
    }
    to += '\n';
  }
}

}  // namespace

std::string formatted(std::span<const Answer> answers, const FormatOptions& options) {
  const bool several = answers.size() > 1;
  std::string text;
  for (const Answer& answer : answers) {
    if (options.format == Format::ndjson) {
      append_json_rows(answer, several, text);
      continue;
    }
    if (!text.empty()) text += '\n';
    if (options.format == Format::csv) {
      append_csv(answer, text);
    } else if (options.format == Format::markdown) {
      if (several) text += "## " + std::string(answer.name) + "\n\n";
      append_markdown(answer, text);
    } else {
      if (several) text += std::string(answer.name) + "\n";
      append_table(answer, options.width, text);
    }
  }
  return text;
}

// ---- format table
// ---------------------------------------------------------------------------------

namespace {

constexpr size_t kGap = 2;
constexpr size_t kLeastText = 8;  // a text is made narrower only where all texts have come to this
constexpr size_t kLeast = 2;      // a wide character

using Cells = std::vector<std::vector<std::string>>;

std::string cell_of(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return printable(*text);
  return number_text(value, "null");
}

/// `answer` as cells, the names of its columns first.
Cells cells_of(const Answer& answer) {
  Cells cells(1);
  for (const Column& column : answer.columns) cells[0].emplace_back(column.name);
  for (const Row& row : answer.rows) {
    auto& line = cells.emplace_back();
    for (const Value& value : row) line.push_back(cell_of(value));
  }
  return cells;
}

/// Widths that the columns need so that nothing is wrapped; from the row `first` on.
std::vector<size_t> widths_of(const Cells& cells, size_t first) {
  std::vector<size_t> widths(cells[0].size());
  for (size_t row = first; row < cells.size(); ++row) {
    for (size_t i = 0; i < widths.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(cells[row][i]));
    }
  }
  return widths;
}

/// The width of the widest word of each column.
std::vector<size_t> word_widths_of(const Cells& cells) {
  std::vector<size_t> widths(cells[0].size());
  for (const auto& row : cells) {
    for (size_t i = 0; i < row.size(); ++i) {
      for (std::string_view rest = row[i]; !rest.empty();) {
        const auto word = rest.substr(0, rest.find(' '));
        widths[i] = std::max(widths[i], display_width(word));
        rest.remove_prefix(std::min(rest.size(), word.size() + 1));
      }
    }
  }
  return widths;
}

/// Narrows the widest column, the last of equals, until a line takes `most` or all columns are as
/// narrow as `least`.
void narrow(const std::vector<size_t>& least, size_t most, std::vector<size_t>& widths) {
  size_t line = kGap * (widths.size() - 1);
  for (const size_t column : widths) line += column;
  for (; line > most; --line) {
    size_t widest = widths.size();
    for (size_t i = 0; i < widths.size(); ++i) {
      if (widths[i] <= least[i]) continue;
      if (widest == widths.size() || widths[i] >= widths[widest]) widest = i;
    }
    if (widest == widths.size()) return;
    --widths[widest];
  }
}

/// Widths with which a line takes at most `most`, if that can be. Words are kept whole if they
/// leave room for others, then numbers, then a little of each text.
std::vector<size_t> fitted_widths(const Answer& answer, const Cells& cells, size_t most) {
  std::vector<size_t> widths = widths_of(cells, 0);
  std::vector<size_t> least = word_widths_of(cells);
  for (auto& column : least) column = std::min(column, most * 2 / 5);
  narrow(least, most, widths);
  least = widths_of(cells, 1);
  for (size_t i = 0; i < widths.size(); ++i) {
    if (!answer.columns[i].is_number()) least[i] = kLeastText;
  }
  narrow(least, most, widths);
  narrow(std::vector<size_t>(widths.size(), kLeast), most, widths);
  return widths;
}

void append_cell(std::string_view cell, size_t width, bool is_right, bool is_last,
                 std::string& to) {
  const size_t padding = width - std::min(width, display_width(cell));
  if (is_right) to.append(padding, ' ');
  to += cell;
  if (!is_right && !is_last) to.append(padding, ' ');
}

/// One row: a line, and more below where a cell is wider than its column.
void append_row(const Answer& answer, const std::vector<std::string>& row,
                const std::vector<size_t>& widths, std::string& to) {
  std::vector<std::string_view> rest(row.begin(), row.end());
  const auto is_done = [&] { return std::ranges::all_of(rest, &std::string_view::empty); };
  for (bool is_first = true; is_first || !is_done(); is_first = false) {
    for (size_t i = 0; i < rest.size(); ++i) {
      if (i > 0) to.append(kGap, ' ');
      append_cell(take_line(rest[i], widths[i]), widths[i], answer.columns[i].is_number(),
                  i + 1 == rest.size(), to);
    }
    if (!is_first) to.resize(to.find_last_not_of(' ') + 1);
    to += '\n';
  }
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
  const auto widths = width ? fitted_widths(answer, cells, *width) : widths_of(cells, 0);
  for (size_t row = 0; row < cells.size(); ++row) {
    append_row(answer, cells[row], widths, to);
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
    for (const Column& column : answer.columns) to += column.is_number() ? " ---: |" : " --- |";
    to += '\n';
  }
}

}  // namespace pinpipe::query
