// Answers as tables for people.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "query/answer.h"

namespace pinpipe::query {

/// A header, a rule and the rows, with two blanks between the columns. Where lines would take more
/// than `width` columns of the terminal, columns are made narrower, the widest first, and what does
/// not fit goes on below in its column: names of columns and texts, and only where that is not
/// enough numbers.
void append_table(const Answer& answer, std::optional<size_t> width, std::string& to);

/// A table of GitHub flavoured Markdown. What would be markup in a text is escaped.
void append_markdown(const Answer& answer, std::string& to);

}  // namespace pinpipe::query
