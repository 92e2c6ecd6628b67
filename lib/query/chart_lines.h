// Charts of groups over time.
#pragma once

#include <string>

#include "query/answer.h"
#include "query/chart_line.h"
#include "query/picture.h"

namespace pinpipe::query {

/// A block of rows for each measure: a row a group with a block for each moment, all on one scale;
/// without groups a column a moment, several rows high. Where there are more moments than columns,
/// one has the greatest of several, which is said.
/// REQUIRES: `picture` is lines, and has measures
void append_lines(const Answer& answer, const Picture& picture, const ChartStyle& style,
                  std::string& to);

}  // namespace pinpipe::query
