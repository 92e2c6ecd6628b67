#include "query/format.h"

#include "json/string.h"
#include "query/format_table.h"

namespace pinpipe::query {
namespace {

void append_json_rows(const Answer& answer, bool several, std::string& to) {
  for (const Row& row : answer.rows) {
    char before = '{';
    const auto append_key = [&](std::string_view key) {
      to += before;
      json::append_quoted(key, to);
      to += ':';
      before = ',';
    };
    if (several) {
      append_key("question");
      json::append_quoted(answer.name, to);
    }
    for (size_t i = 0; i < row.size(); ++i) {
      append_key(answer.columns[i].name);
      if (const auto* text = std::get_if<std::string_view>(&row[i])) {
        json::append_quoted(*text, to);
      } else if (const auto* number = std::get_if<int64_t>(&row[i])) {
        to += std::to_string(*number);
      } else {
        to += "null";
      }
    }
    to += "}\n";
  }
}

void append_csv_field(std::string_view text, std::string& to) {
  if (!text.empty() && text.find_first_of(",\"\r\n") == text.npos) {
    to += text;
    return;
  }
  to += '"';
  for (const char c : text) {
    if (c == '"') to += '"';
    to += c;
  }
  to += '"';
}

void append_csv(const Answer& answer, std::string& to) {
  const char* separator = "";
  for (const Column& column : answer.columns) {
    to += separator;
    append_csv_field(column.name, to);
    separator = ",";
  }
  to += '\n';
  for (const Row& row : answer.rows) {
    separator = "";
    for (const Value& value : row) {
      to += separator;
      separator = ",";
      if (const auto* text = std::get_if<std::string_view>(&value)) append_csv_field(*text, to);
      if (const auto* number = std::get_if<int64_t>(&value)) to += std::to_string(*number);
    }
    to += '\n';
  }
}

}  // namespace

std::string formatted(std::span<const Answer> answers, const FormatOptions& options) {
  const bool several = answers.size() > 1;
  std::string text;
  for (const Answer& answer : answers) {
    if (options.format == Format::ndjson) {
      append_json_rows(answer, several, text);
      continue;
    }
    if (!text.empty()) text += '\n';
    if (options.format == Format::csv) {
      append_csv(answer, text);
    } else if (options.format == Format::markdown) {
      if (several) text += "## " + std::string(answer.name) + "\n\n";
      append_markdown(answer, text);
    } else {
      if (several) text += std::string(answer.name) + "\n";
      append_table(answer, options.width, text);
    }
  }
  return text;
}

}  // namespace pinpipe::query
