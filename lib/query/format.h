// Answers as text.
//
//   ndjson    a row is {"question":…,"country":…,…}; `question` only where several are answered
//   csv       RFC 4180 with a header row and '\n'; null is an empty field, the empty text is ""
//   markdown  a GFM table; null is `null`
//   table     aligned by display width, numbers to the right; null is null
//
// Where several are answered, their blocks have a blank line between them, and but in csv a heading
// each. In table and markdown, control characters are shown as escapes, so that no text can move
// the cursor.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "query/answer.h"

namespace pinpipe::query {

enum class Format : uint8_t { ndjson, table, csv, markdown };

struct FormatOptions {
  Format format = Format::ndjson;
  std::optional<size_t> width;  ///< columns a table may take
};

std::string formatted(std::span<const Answer> answers, const FormatOptions& options);

// ---- format table
// ---------------------------------------------------------------------------------
//
// Answers as tables for people.

/// A header, a rule and the rows, with two blanks between the columns. Where lines would take more
/// than `width` columns of the terminal, columns are made narrower, the widest first, and what does
/// not fit goes on below in its column: names of columns and texts, and only where that is not
/// enough numbers.
void append_table(const Answer& answer, std::optional<size_t> width, std::string& to);

/// A table of GitHub flavoured Markdown. What would be markup in a text is escaped.
void append_markdown(const Answer& answer, std::string& to);

}  // namespace pinpipe::query
