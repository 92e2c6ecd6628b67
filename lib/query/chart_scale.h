// How long a bar is, and how high a block: values on a scale that has zero on it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "query/answer.h"

namespace pinpipe::query {

/// Of all values that are drawn beside each other; null changes nothing.
struct Scale {
  double least = 0;
  double greatest = 0;

  void include(const Value& value);
};

/// Nothing for a null and a text.
std::optional<double> number_of(const Value& value);

/// A number as people read it: six digits of a real, all of an integer; "null".
std::string rounded_text(const Value& value);

/// A bar of at most `width` columns in eighths of blocks, from zero to the right. Where the scale
/// has negative values, a line is zero, and their bars go to its left, in halves of blocks. What is
/// not zero has a bar. "" for a null, and for what has no room.
std::string bar_of(const Value& value, const Scale& scale, size_t width);

/// "▁" to "█"; "_" where it is zero and zero is the least, "·" for a null.
std::string_view block_of(const Value& value, const Scale& scale);

/// The part of a column of blocks that is in row `row` of `rows`, from below: " " to "█".
std::string_view block_in_row(const Value& value, const Scale& scale, size_t row, size_t rows);

}  // namespace pinpipe::query
