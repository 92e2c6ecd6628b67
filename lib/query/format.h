// Answers as text.
//
//   ndjson      a row is {"question":…,"country":…,…}; `question` only where several are answered
//   json        the same rows in one array
//   csv         RFC 4180 with a header row and '\n'; null is an empty field, the empty text is ""
//   markdown    a GFM table; null is `null`
//   table       aligned by display width, numbers to the right; null is null
//   chart       the picture that suits it, in a terminal
//   vega-lite   the same picture as a specification of Vega-Lite 5, data included, on one line
//   prometheus  the text exposition format, a gauge a measure
//
// Where several are answered, blocks of csv, markdown, table and chart have a blank line between
// them, and but in csv a heading each. In table, markdown and chart, control characters are shown
// as escapes, so that no text can move the cursor. To add a format, add its row to kFormats and its
// case to format.cc.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "query/answer.h"

namespace pinpipe::query {

enum class Format : uint8_t { ndjson, json, table, chart, csv, markdown, vega_lite, prometheus };

/// By name, in the order in which they are listed.
inline constexpr std::array<std::pair<std::string_view, Format>, 8> kFormats{
    {{"ndjson", Format::ndjson},
     {"json", Format::json},
     {"table", Format::table},
     {"chart", Format::chart},
     {"csv", Format::csv},
     {"markdown", Format::markdown},
     {"vega-lite", Format::vega_lite},
     {"prometheus", Format::prometheus}}};

struct FormatOptions {
  Format format = Format::ndjson;
  std::optional<size_t> width = {};  ///< columns a table or a chart may take
  bool csv_safe = false;             ///< no text is a formula to a spreadsheet
  bool has_header = true;            ///< of csv: else rows go on behind others
  bool colour = false;               ///< a chart may have some
};

std::string formatted(std::span<const Answer> answers, const FormatOptions& options);

}  // namespace pinpipe::query
