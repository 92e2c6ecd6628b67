#include "query/chart_line.h"

#include <algorithm>

#include "base/display_width.h"

namespace pinpipe::query {
namespace {

std::string_view code_of(ChartLine::Ink ink) {
  switch (ink) {
    case ChartLine::Ink::plain:
      return "";
    case ChartLine::Ink::faint:
      return "\x1b[2m";
    case ChartLine::Ink::bold:
      return "\x1b[1m";
    case ChartLine::Ink::bar:
      return "\x1b[36m";
  }
  return "";
}

}  // namespace

void ChartLine::add(std::string_view text, Ink ink) {
  if (text.empty() || width() >= style_.width) return;
  const std::string cut = cut_to_width(text, style_.width - width());
  text_.append(blanks_, ' ');
  used_ += blanks_ + display_width(cut);
  blanks_ = 0;
  const std::string_view code = style_.colour ? code_of(ink) : "";
  text_ += code;
  text_ += cut;
  if (!code.empty()) text_ += "\x1b[0m";
}

void ChartLine::add_field(std::string_view text, size_t width, bool is_right, Ink ink) {
  if (width == 0) return;
  const size_t start = this->width();
  const std::string cut = cut_to_width(text, width);
  if (is_right) go_to(start + width - display_width(cut));
  add(cut, ink);
  go_to(start + width);
}

void ChartLine::go_to(size_t column) {
  if (column > width()) blanks_ = column - used_;
}

void ChartLine::append_to(std::string& to) const {
  to += text_;
  to += '\n';
}

}  // namespace pinpipe::query
