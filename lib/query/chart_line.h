// A line of a chart: parts that follow each other, each in a style, never wider than the terminal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pinpipe::query {

inline constexpr size_t kChartGap = 2;  ///< columns between fields

struct ChartStyle {
  size_t width = 80;    ///< columns that a line may take
  bool colour = false;  ///< by the control sequences of ECMA-48
};

class ChartLine {
 public:
  enum class Ink : uint8_t { plain, faint, bold, bar };

  explicit ChartLine(const ChartStyle& style) : style_(style) {}

  /// Adds `text`, or what of it fits with a … behind it.
  void add(std::string_view text, Ink ink = Ink::plain);
  /// Adds `text` in a field of `width` columns, cut to it.
  void add_field(std::string_view text, size_t width, bool is_right = false, Ink ink = Ink::plain);
  /// Blanks up to `column`; those at the end of a line are not written.
  void go_to(size_t column);
  size_t width() const { return used_ + blanks_; }

  /// Appends the line with its newline.
  void append_to(std::string& to) const;

 private:
  ChartStyle style_;
  std::string text_;
  size_t used_ = 0;    // columns of text_
  size_t blanks_ = 0;  // behind it
};

}  // namespace pinpipe::query
