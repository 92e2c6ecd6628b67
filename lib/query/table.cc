#include "query/table.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/display_width.h"
#include "query/answer.h"

namespace pinpipe::query {
namespace {

constexpr size_t kGap = 2;
constexpr size_t kMinText = 8;  // a text is made narrower only where all texts have come to this
constexpr size_t kMin = 2;      // a wide character

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
    if (!answer.columns[i].is_number()) least[i] = kMinText;
  }
  narrow(least, most, widths);
  narrow(std::vector<size_t>(widths.size(), kMin), most, widths);
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
    if (std::string_view("\\|`*_<[&~").find(c) != std::string_view::npos) to += '\\';
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
