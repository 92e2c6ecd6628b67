// Answers as tables for people.
#pragma once

#include <optional>
#include <string>

#include "query/answer.h"

namespace pinpipe::query {

/// A header, a rule and the rows, with two blanks between the columns. Texts, not numbers, are cut
/// so that lines take at most `width` columns of the terminal, the longest first; below a few
/// characters each nothing is cut.
void append_table(const Answer& answer, std::optional<size_t> width, std::string& to);

/// A table of GitHub flavoured Markdown. What would be markup in a text is escaped.
void append_markdown(const Answer& answer, std::string& to);

}  // namespace pinpipe::query
