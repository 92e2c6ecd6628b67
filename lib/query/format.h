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

}  // namespace pinpipe::query
