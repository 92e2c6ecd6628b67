// Answers as charts in a terminal, drawn with the eighths of blocks that Unicode has.
//
//   country  category        category_count
//   Albania  tattoos         ████████████████ 53
//   Algeria  home-decor      █████████████▌ 45
//
// Bars begin at zero, and those of all rows have one scale: that of negative values goes to the
// left. What is null has no bar, but the word. Groups over time are a row each, with a block a
// moment, a · where there is no value, and the numbers of the first and the last moment behind.
// Names are cut, with a …, so that no line is wider than the terminal.
#pragma once

#include <string>

#include "query/answer.h"
#include "query/chart_line.h"

namespace pinpipe::query {

/// The picture that suits it (picture.h).
void append_chart(const Answer& answer, const ChartStyle& style, std::string& to);

}  // namespace pinpipe::query
