#include "query/chart.h"

#include <algorithm>
#include <numeric>
#include <span>
#include <vector>

#include "base/display_width.h"
#include "query/answer.h"
#include "query/chart_lines.h"
#include "query/chart_scale.h"
#include "query/picture.h"
#include "query/table.h"

namespace pinpipe::query {
namespace {

using Ink = ChartLine::Ink;

constexpr size_t kMinBar = 6;   // columns; narrower ones go below each other
constexpr size_t kMinName = 4;  // columns

/// One measure of the rows, and where it is drawn.
struct Panel {
  size_t measure;
  Scale scale;
  size_t number_width;
  size_t bar_width = 0;

  size_t width() const { return bar_width + 1 + number_width; }
};

/// What is drawn of an answer in one block: names, then a panel a measure.
struct Block {
  std::vector<size_t> names;  ///< columns
  std::vector<size_t> name_widths;
  std::vector<Panel> panels;
  size_t indent;

  size_t names_width() const {
    return std::accumulate(name_widths.begin(), name_widths.end(),
                           indent + kChartGap * name_widths.size());
  }
};

size_t widest(const Answer& answer, size_t column) {
  size_t width = display_width(answer.columns[column].name);
  for (const Row& row : answer.rows) {
    width = std::max(width, display_width(shown_text(row[column])));
  }
  return width;
}

Panel panel_of(const Answer& answer, size_t measure) {
  Panel panel{measure, {}, 0};
  for (const Row& row : answer.rows) {
    panel.scale.include(row[measure]);
    panel.number_width = std::max(panel.number_width, rounded_text(row[measure]).size());
  }
  return panel;
}

/// Narrows names, the widest first, until they leave `room` for the panels.
void fit_names(size_t most, Block& block) {
  while (block.names_width() > most) {
    const auto widest = std::ranges::max_element(block.name_widths);
    if (widest == block.name_widths.end() || *widest <= kMinName) return;
    --*widest;
  }
}

/// Gives the panels what the names leave of a line; false where that is too little for them all.
bool fit_panels(size_t width, Block& block) {
  size_t numbers = kChartGap * (block.panels.size() - 1);
  for (const Panel& panel : block.panels) numbers += 1 + panel.number_width;
  const size_t bars = block.panels.size() == 1 ? 2 * kMinBar : kMinBar * block.panels.size();
  fit_names(width - std::min(width, numbers + bars), block);
  const size_t taken = block.names_width() + numbers;
  const size_t each = (width - std::min(width, taken)) / block.panels.size();
  for (Panel& panel : block.panels) panel.bar_width = each;
  return each >= kMinBar;
}

void append_header(const Answer& answer, const Block& block, const ChartStyle& style,
                   std::string& to) {
  ChartLine line(style);
  line.go_to(block.indent);
  for (size_t i = 0; i < block.names.size(); ++i) {
    line.add_field(answer.columns[block.names[i]].name, block.name_widths[i], false, Ink::faint);
    line.go_to(line.width() + kChartGap);
  }
  for (const Panel& panel : block.panels) {
    line.add_field(answer.columns[panel.measure].name, panel.width(), false, Ink::faint);
    line.go_to(line.width() + kChartGap);
  }
  line.append_to(to);
}

void append_row(const Row& row, const Block& block, const ChartStyle& style, std::string& to) {
  ChartLine line(style);
  line.go_to(block.indent);
  for (size_t i = 0; i < block.names.size(); ++i) {
    line.add_field(shown_text(row[block.names[i]]), block.name_widths[i]);
    line.go_to(line.width() + kChartGap);
  }
  for (const Panel& panel : block.panels) {
    const size_t end = line.width() + panel.width() + kChartGap;
    const std::string bar = bar_of(row[panel.measure], panel.scale, panel.bar_width);
    line.add(bar, Ink::bar);
    if (!bar.empty()) line.go_to(line.width() + 1);
    line.add(rounded_text(row[panel.measure]));
    line.go_to(end);
  }
  line.append_to(to);
}

/// A block of the `measures`; below a heading each where the rows are groups of groups.
void append_block(const Answer& answer, Block block, bool is_grouped, const ChartStyle& style,
                  std::string& to, size_t group) {
  if (is_grouped) {
    ChartLine line(style);
    line.add(answer.columns[group].name, Ink::faint);
    line.append_to(to);
  }
  append_header(answer, block, style, to);
  const Value* heading = nullptr;
  for (const Row& row : answer.rows) {
    if (is_grouped && (heading == nullptr || *heading != row[group])) {
      heading = &row[group];
      ChartLine line(style);
      line.add(shown_text(*heading), Ink::bold);
      line.append_to(to);
    }
    append_row(row, block, style, to);
  }
}

Block block_of(const Answer& answer, std::span<const size_t> names,
               std::span<const size_t> measures, bool is_grouped) {
  Block block{{names.begin(), names.end()}, {}, {}, is_grouped ? kChartGap : 0};
  for (const size_t name : names) block.name_widths.push_back(widest(answer, name));
  for (const size_t measure : measures) block.panels.push_back(panel_of(answer, measure));
  return block;
}

void append_bars(const Answer& answer, const Picture& picture, const ChartStyle& style,
                 std::string& to) {
  const bool is_grouped = picture.keys > 1;
  const size_t group = is_grouped ? picture.names[0] : 0;
  const auto names = std::span(picture.names).subspan(is_grouped ? 1 : 0);
  Block all = block_of(answer, names, picture.measures, is_grouped);
  if (fit_panels(style.width, all)) {
    append_block(answer, all, is_grouped, style, to, group);
    return;
  }
  for (const size_t& measure : picture.measures) {
    if (&measure != picture.measures.data()) to += '\n';
    Block one = block_of(answer, names, {&measure, 1}, is_grouped);
    fit_panels(style.width, one);
    append_block(answer, one, is_grouped, style, to, group);
  }
}

}  // namespace

void append_chart(const Answer& answer, const ChartStyle& style, std::string& to) {
  const Picture picture = picture_of(answer);
  if (!picture.window.empty()) {
    ChartLine line(style);
    line.add(picture.window, Ink::faint);
    line.append_to(to);
  }
  if (picture.measures.empty()) {
    append_table(answer, style.width, to);
  } else if (picture.kind == Picture::Kind::lines) {
    append_lines(answer, picture, style, to);
  } else {
    append_bars(answer, picture, style, to);
  }
}

}  // namespace pinpipe::query
