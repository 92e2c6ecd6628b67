// Which picture suits an answer, and what is drawn as what: the same in a terminal (chart.h) and
// elsewhere (vega_lite.h).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "query/answer.h"

namespace pinpipe::query {

/// Columns are told by their places.
struct Picture {
  enum class Kind : uint8_t {
    bars,   ///< a bar a row
    lines,  ///< a line a group, over time
  };

  Kind kind = Kind::bars;
  std::vector<size_t> time;      ///< keys that are a moment together: the year, the month of it
  std::vector<size_t> names;     ///< what is measured: keys, and labels behind them
  std::vector<size_t> measures;  ///< numbers
  size_t keys = 0;               ///< so many of `names` are keys
  /// "2020-08-28T03:50:00 to 2020-08-28T04:00:00" where all rows are of that window, else "".
  std::string window;
};

/// Lines where it is about several moments of groups, or many moments, and each has one row.
Picture picture_of(const Answer& answer);

/// How many different moments there are.
size_t count_moments(const Answer& answer, const Picture& picture);

/// The moment of `row`: "2018-07". "" where it has no time.
std::string moment_text(const Picture& picture, const Row& row);

}  // namespace pinpipe::query
