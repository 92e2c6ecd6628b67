#include "query/chart_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "base/display_width.h"
#include "query/answer.h"
#include "query/chart_scale.h"

namespace pinpipe::query {
namespace {

using Ink = ChartLine::Ink;

constexpr size_t kMinPoints = 8;      // columns
constexpr size_t kMaxPointWidth = 3;  // columns of a moment
constexpr size_t kMaxGap = 1000;      // moments without a row that are put in
constexpr size_t kColumnRows = 8;     // of a chart of one line

/// Moments and groups of an answer, both in their order.
struct Lines {
  std::map<Row, size_t> moments;  ///< the values of its time, and its place
  std::vector<std::string> moment_texts;
  std::map<Row, std::vector<Value>> groups;  ///< a value a moment
  Scale scale;
};

Row values_of(const Row& row, const std::vector<size_t>& columns) {
  Row values;
  for (const size_t i : columns) values.push_back(row[i]);
  return values;
}

/// Years and the like between the first and the last that have no row.
void fill_gaps(std::map<Row, size_t>& moments) {
  const Row first = moments.begin()->first;
  const Row last = moments.rbegin()->first;
  const auto* from = std::get_if<Integer>(&first[0]);
  const auto* to = std::get_if<Integer>(&last[0]);
  if (first.size() != 1 || from == nullptr || to == nullptr) return;
  if (*to - *from > static_cast<Integer>(kMaxGap)) return;
  for (Integer moment = *from; moment < *to; ++moment) moments.try_emplace(Row{moment});
}

std::string text_of(const Row& moment) {
  Picture picture;
  for (size_t i = 0; i < moment.size(); ++i) picture.time.push_back(i);
  return moment_text(picture, moment);
}

Lines lines_of(const Answer& answer, const Picture& picture, size_t measure) {
  Lines lines;
  for (const Row& row : answer.rows) lines.moments.try_emplace(values_of(row, picture.time));
  fill_gaps(lines.moments);
  for (auto& [moment, place] : lines.moments) {
    place = lines.moment_texts.size();
    lines.moment_texts.push_back(text_of(moment));
  }
  for (const Row& row : answer.rows) {
    auto& values = lines.groups[values_of(row, picture.names)];
    values.resize(lines.moments.size());
    values[lines.moments.at(values_of(row, picture.time))] = row[measure];
    lines.scale.include(row[measure]);
  }
  return lines;
}

/// So many moments for each point that all have room.
size_t moments_a_point(size_t moments, size_t room) {
  return room == 0 ? moments : (moments + room - 1) / room;
}

/// The greatest of each `size` values; null where all are.
std::vector<Value> points_of(const std::vector<Value>& values, size_t size) {
  std::vector<Value> points;
  for (size_t at = 0; at < values.size(); at += size) {
    const auto end = values.begin() + static_cast<ptrdiff_t>(std::min(values.size(), at + size));
    points.push_back(*std::max_element(values.begin() + static_cast<ptrdiff_t>(at), end));
  }
  return points;
}

/// "category_count, 2018 to 2022, of 0 to 344"
std::string caption_of(const Answer& answer, size_t measure, const Lines& lines,
                       size_t moments_a_point) {
  std::string caption =
      fmt::format("{}, {} to {}, of {} to {}", answer.columns[measure].name,
                  lines.moment_texts.front(), lines.moment_texts.back(),
                  rounded_text(lines.scale.least), rounded_text(lines.scale.greatest));
  if (moments_a_point > 1) caption += fmt::format("; the greatest of each {}", moments_a_point);
  return caption;
}

void append_caption(const Answer& answer, size_t measure, const Lines& lines,
                    size_t moments_a_point, const ChartStyle& style, std::string& to) {
  ChartLine line(style);
  line.add(caption_of(answer, measure, lines, moments_a_point), Ink::faint);
  line.append_to(to);
}

/// Where the parts of a row are.
struct Widths {
  std::vector<size_t> names;
  size_t point = 1;   ///< columns of each
  size_t points = 0;  ///< columns of all
  size_t first = 0;   ///< columns of the number of the first moment; 0 where it is left out
  size_t last = 0;

  size_t names_width() const {
    size_t width = 0;
    for (const size_t name : names) width += name + kChartGap;
    return width;
  }
  size_t numbers_width() const { return last + kChartGap + (first > 0 ? first + kChartGap : 0); }
};

size_t number_width(const Lines& lines, size_t moment) {
  size_t width = display_width(lines.moment_texts[moment]);
  for (const auto& [names, values] : lines.groups) {
    width = std::max(width, rounded_text(values[moment]).size());
  }
  return width;
}

Widths widths_of(const Answer& answer, const Picture& picture, const Lines& lines, size_t most) {
  Widths widths;
  for (const size_t i : picture.names) widths.names.push_back(answer.columns[i].name.size());
  for (const auto& [names, values] : lines.groups) {
    for (size_t i = 0; i < names.size(); ++i) {
      widths.names[i] = std::max(widths.names[i], display_width(shown_text(names[i])));
    }
  }
  widths.first = number_width(lines, 0);
  widths.last = number_width(lines, lines.moments.size() - 1);
  const size_t moments = lines.moments.size();
  const size_t least = std::min(moments, kMinPoints);
  if (least + widths.numbers_width() > most / 2) widths.first = 0;
  while (widths.names_width() + least + widths.numbers_width() > most) {
    const auto widest = std::ranges::max_element(widths.names);
    if (*widest <= 1) break;
    --*widest;
  }
  const size_t taken = widths.names_width() + widths.numbers_width();
  const size_t room = most - std::min(most, taken);
  widths.point = std::clamp<size_t>(room / moments, 1, kMaxPointWidth);
  widths.points = std::min(room, moments * widths.point);
  return widths;
}

/// A block wide enough; the widest ones leave a gap.
std::string point_of(const Value& value, const Scale& scale, size_t width) {
  std::string point;
  for (size_t i = 0; i < std::min<size_t>(width, 2); ++i) point += block_of(value, scale);
  return point + (width == kMaxPointWidth ? " " : "");
}

void append_numbers(std::string_view first, std::string_view last, const Widths& widths, Ink ink,
                    ChartLine& line) {
  line.go_to(widths.names_width() + widths.points);
  for (const auto& [text, width] : {std::pair(first, widths.first), {last, widths.last}}) {
    if (width == 0) continue;
    line.go_to(line.width() + kChartGap);
    line.add_field(text, width, true, ink);
  }
}

void append_header(const Answer& answer, const Picture& picture, const Lines& lines,
                   const Widths& widths, const ChartStyle& style, std::string& to) {
  ChartLine line(style);
  for (size_t i = 0; i < picture.names.size(); ++i) {
    line.add_field(answer.columns[picture.names[i]].name, widths.names[i], false, Ink::faint);
    line.go_to(line.width() + kChartGap);
  }
  append_numbers(lines.moment_texts.front(), lines.moment_texts.back(), widths, Ink::faint, line);
  line.append_to(to);
}

void append_group(const Row& names, const std::vector<Value>& values, const Lines& lines,
                  const Widths& widths, const ChartStyle& style, std::string& to) {
  ChartLine line(style);
  for (size_t i = 0; i < names.size(); ++i) {
    line.add_field(shown_text(names[i]), widths.names[i]);
    line.go_to(line.width() + kChartGap);
  }
  const size_t size = moments_a_point(values.size(), widths.points);
  std::string points;
  for (const Value& value : points_of(values, size)) {
    points += point_of(value, lines.scale, widths.point);
  }
  if (widths.points > 0) line.add(points, Ink::bar);
  append_numbers(rounded_text(values.front()), rounded_text(values.back()), widths, Ink::plain,
                 line);
  line.append_to(to);
}

void append_groups(const Answer& answer, const Picture& picture, size_t measure, const Lines& lines,
                   const ChartStyle& style, std::string& to) {
  const Widths widths = widths_of(answer, picture, lines, style.width);
  append_caption(answer, measure, lines, moments_a_point(lines.moments.size(), widths.points),
                 style, to);
  append_header(answer, picture, lines, widths, style, to);
  for (const auto& [names, values] : lines.groups) {
    append_group(names, values, lines, widths, style, to);
  }
}

/// One line, as columns of several rows, with the ends of the scale at the right.
void append_columns(const Answer& answer, size_t measure, const Lines& lines,
                    const ChartStyle& style, std::string& to) {
  const std::string top = rounded_text(lines.scale.greatest);
  const std::string bottom = rounded_text(lines.scale.least);
  const size_t taken = 1 + std::max(top.size(), bottom.size());
  const size_t size =
      moments_a_point(lines.moments.size(), style.width - std::min(style.width, taken));
  append_caption(answer, measure, lines, size, style, to);
  const auto points = points_of(lines.groups.begin()->second, size);
  for (size_t row = kColumnRows; row-- > 0;) {
    std::string blocks;
    for (const Value& point : points) blocks += block_in_row(point, lines.scale, row, kColumnRows);
    ChartLine line(style);
    line.add(blocks, Ink::bar);
    line.go_to(points.size() + 1);
    line.add(row == kColumnRows - 1 ? top : row == 0 ? bottom : "", Ink::faint);
    line.append_to(to);
  }
}

}  // namespace

void append_lines(const Answer& answer, const Picture& picture, const ChartStyle& style,
                  std::string& to) {
  for (const size_t measure : picture.measures) {
    if (measure != picture.measures[0]) to += '\n';
    const Lines lines = lines_of(answer, picture, measure);
    if (picture.names.empty()) {
      append_columns(answer, measure, lines, style, to);
    } else {
      append_groups(answer, picture, measure, lines, style, to);
    }
  }
}

}  // namespace pinpipe::query
