#include "query/rows.h"

#include "json/string.h"
#include "query/answer.h"

namespace pinpipe::query {

void append_json_value(const Value& value, std::string& to) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    json::append_quoted(*text, to);
  } else {
    to += number_text(value, "null");
  }
}

namespace {

/// One object, without a newline; `question` is left out where it is empty.
void append_json_row(const Answer& answer, const Row& row, std::string_view question,
                     std::string& to) {
  char before = '{';
  const auto append_key = [&](std::string_view key) {
    to += before;
    json::append_quoted(key, to);
    to += ':';
    before = ',';
  };
  if (!question.empty()) {
    append_key("question");
    json::append_quoted(question, to);
  }
  for (size_t i = 0; i < row.size(); ++i) {
    append_key(answer.columns[i].name);
    append_json_value(row[i], to);
  }
  to += '}';
}

bool runs_in_a_spreadsheet(std::string_view text) {
  return !text.empty() && std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos;
}

void append_csv_text(std::string_view text, bool safe, std::string& to) {
  const std::string_view guard = safe && runs_in_a_spreadsheet(text) ? "'" : "";
  if (!text.empty() && text.find_first_of(",\"\r\n") == text.npos) {
    to += guard;
    to += text;
    return;
  }
  to += '"';
  to += guard;
  for (const char c : text) {
    if (c == '"') to += '"';
    to += c;
  }
  to += '"';
}

void append_csv_value(const Value& value, bool safe, std::string& to) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    append_csv_text(*text, safe, to);
  } else {
    to += number_text(value, "");
  }
}

}  // namespace

void append_ndjson(const Answer& answer, bool several, std::string& to) {
  for (const Row& row : answer.rows) {
    append_json_row(answer, row, several ? answer.name : "", to);
    to += '\n';
  }
}

void append_json(std::span<const Answer> answers, std::string& to) {
  const char* before = "[\n";
  for (const Answer& answer : answers) {
    for (const Row& row : answer.rows) {
      to += before;
      before = ",\n";
      append_json_row(answer, row, answers.size() > 1 ? answer.name : "", to);
    }
  }
  to += *before == '[' ? "[]\n" : "\n]\n";
}

void append_csv(const Answer& answer, const CsvOptions& options, std::string& to) {
  const auto append_line = [&](const auto& parts, auto append) {
    const char* separator = "";
    for (const auto& part : parts) {
      to += separator;
      append(part);
      separator = ",";
    }
    to += '\n';
  };
  if (options.has_header) {
    append_line(answer.columns,
                [&](const Column& column) { append_csv_text(column.name, options.safe, to); });
  }
  for (const Row& row : answer.rows) {
    append_line(row, [&](const Value& value) { append_csv_value(value, options.safe, to); });
  }
}

}  // namespace pinpipe::query
