// Answers as rows for programs: JSON and CSV.
#pragma once

#include <span>
#include <string>

#include "query/answer.h"

namespace pinpipe::query {

/// As JSON has it.
void append_json_value(const Value& value, std::string& to);

/// A line a row; with its `question` where they are `several`.
void append_ndjson(const Answer& answer, bool several, std::string& to);

/// One array of the rows of all, a row a line, as in ndjson.
void append_json(std::span<const Answer> answers, std::string& to);

struct CsvOptions {
  bool safe = false;       ///< no text is a formula to a spreadsheet
  bool has_header = true;  ///< else rows go on behind others
};
/// RFC 4180 with a header row and '\n'; null is an empty field, the empty text is "". Where `safe`,
/// a text that a spreadsheet would take for a formula (it begins with = + - @, a tab or a carriage
/// return) gets a ' before it; numbers stay.
void append_csv(const Answer& answer, const CsvOptions& options, std::string& to);

}  // namespace pinpipe::query
