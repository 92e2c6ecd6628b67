#include "ndjson/forms.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "base/ascii.h"
#include "json/scanner.h"

namespace pinpipe::ndjson {
namespace {

using std::string_view_literals::operator""sv;

struct Magic {
  std::string_view bytes;
  Form form;
};

// Longer ones go before those that they begin with.
constexpr std::array kMagics{
    Magic{"\x1F\x8B\x08"sv, {"gzip", "gzip -dc {}", "gzip -dc", ""}},  // once more: one is undone
    Magic{"\x28\xB5\x2F\xFD"sv, {"zstd", "zstd -dc {}", "zstd -dc", ""}},
    Magic{"BZh"sv, {"bzip2", "bunzip2 -c {}", "bunzip2 -c", ""}},
    Magic{"\xFD\x37zXZ\0"sv, {"xz", "xz -dc {}", "xz -dc", ""}},
    Magic{"\x04\x22\x4D\x18"sv, {"lz4", "lz4 -dc {}", "lz4 -dc", ""}},
    Magic{"\x1F\x9D"sv, {"compress (.Z)", "gzip -dc {}", "gzip -dc", ""}},
    Magic{"PK\x03\x04"sv, {"a zip archive", "unzip -p {}", "funzip", ""}},
    Magic{"PAR1"sv,
          {"Parquet", "duckdb -c \"COPY (FROM '{}') TO '/dev/stdout' (FORMAT json)\"", "",
           "write it to a file, and that with duckdb as JSON"}},
    Magic{"\xFF\xFE\0\0"sv,
          {"UTF-32", "iconv -f UTF-32 -t UTF-8 {}", "iconv -f UTF-32 -t UTF-8", ""}},
};

constexpr Form kUtf16{"UTF-16", "iconv -f UTF-16 -t UTF-8 {}", "iconv -f UTF-16 -t UTF-8", ""};
constexpr Form kUtf16Little{"UTF-16", "iconv -f UTF-16LE -t UTF-8 {}", "iconv -f UTF-16LE -t UTF-8",
                            ""};
constexpr Form kUtf16Big{"UTF-16", "iconv -f UTF-16BE -t UTF-8 {}", "iconv -f UTF-16BE -t UTF-8",
                         ""};
constexpr Form kBinary{"binary data", "", "", "'file' says what it is"};
constexpr Form kHtml{"HTML", "", "", "it may be the page of an error: look at its first lines"};
constexpr Form kXml{"XML", "", "", "it may be the page of an error: look at its first lines"};
#define READ_REPRS                      \
  "python3 -c 'import ast, json, sys; " \
  "[print(json.dumps(ast.literal_eval(line))) for line in sys.stdin]'"
constexpr Form kReprs{"Python's repr of dicts", READ_REPRS " <{}", READ_REPRS, ""};

struct Separated {
  char separator;
  Form form;
};
constexpr std::array kSeparated{
    Separated{',', {"CSV", "mlr --icsv --ojsonl cat {}", "mlr --icsv --ojsonl cat", ""}},
    Separated{'\t',
              {"tab-separated text", "mlr --itsv --ojsonl cat {}", "mlr --itsv --ojsonl cat", ""}},
    Separated{';',
              {"CSV with semicolons", "mlr --icsv --ifs ';' --ojsonl cat {}",
               "mlr --icsv --ifs ';' --ojsonl cat", ""}},
};

constexpr Recognised kNothing{nullptr};
constexpr Recognised kNeedsMore{nullptr, true};

constexpr std::string_view kJsonBlanks = " \t\r\n";

std::string_view behind_blanks(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kJsonBlanks), text.size()));
  return text;
}

/// The end of the JSON object or array at the start of `text`; npos where it is cut off. Brackets
/// are not told apart: this finds ends, not faults.
size_t end_of_value(std::string_view text) {
  size_t depth = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') {
      for (++at; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\') ++at;
      }
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      if (--depth == 0) return at + 1;
    }
  }
  return text.npos;
}

/// UTF-16 with its byte order mark or without, where the first two characters are of ASCII.
Recognised recognise_utf16(std::string_view head, bool is_all) {
  const bool has_little_mark = head.starts_with("\xFF\xFE");
  const bool has_mark = has_little_mark || head.starts_with("\xFE\xFF");
  if (has_mark && head.size() < 4) return is_all ? kNothing : kNeedsMore;
  if (has_mark) return {head[has_little_mark ? 3 : 2] == '\0' ? &kUtf16 : nullptr, false, true};
  const bool is_little = head.starts_with("{\0"sv) || head.starts_with("[\0"sv);
  if (!is_little && !head.starts_with("\0{"sv) && !head.starts_with("\0["sv)) return kNothing;
  if (head.size() < 4) return is_all ? kNothing : kNeedsMore;
  if (head[is_little ? 3 : 2] != '\0') return kNothing;  // a NUL byte went astray
  return {is_little ? &kUtf16Little : &kUtf16Big, false, true};
}

Recognised is(Layout layout) { return {.layout = layout}; }

/// By what is behind the first value, and where that goes on, by how the next line begins.
/// REQUIRES: `text` begins with '{' or '['
Recognised recognise_values(std::string_view text) {
  assert(text.starts_with('{') || text.starts_with('['));
  const size_t end_of_line = text.find('\n');
  const size_t end = end_of_value(text);
  if (end != text.npos && end <= end_of_line) {
    const size_t next = text.find_first_not_of(" \t\r", end);
    if (next == text.npos) return kNeedsMore;
    return text[next] == '{' || text[next] == '[' ? is(Layout::run_together) : kNothing;
  }
  const size_t next = text.find_first_not_of("\r\n", std::min(end_of_line, text.size()));
  if (next == text.npos) return kNeedsMore;
  return std::string_view(" \t}]").find(text[next]) != text.npos ? is(Layout::indented) : kNothing;
}

/// REQUIRES: `text` begins with '{'
Recognised recognise_object(std::string_view text) {
  assert(text.starts_with('{'));
  const auto inside = behind_blanks(text.substr(1));
  if (inside.empty()) return kNeedsMore;
  return inside[0] == '\'' ? Recognised{&kReprs} : recognise_values(text);
}

/// REQUIRES: `text` begins with '['
Recognised recognise_array(std::string_view text, bool is_all, bool arrays) {
  assert(text.starts_with('['));
  const auto element = behind_blanks(text.substr(1));
  const auto inside = element.starts_with('{') ? behind_blanks(element.substr(1)) : element;
  if (inside.empty() && !is_all) return kNeedsMore;
  if (inside.starts_with('\'') && element.starts_with('{')) return {&kReprs};
  return arrays ? recognise_values(text) : is(Layout::array);
}

/// How many bytes `text` and `word`, which is in lower case, begin with alike.
size_t common_start(std::string_view text, std::string_view word) {
  size_t size = 0;
  while (size < std::min(text.size(), word.size()) && lower_case(text[size]) == word[size]) {
    ++size;
  }
  return size;
}

/// REQUIRES: `text` begins with '<'
Recognised recognise_markup(std::string_view text) {
  assert(text.starts_with('<'));
  struct Start {
    std::string_view word;
    const Form* form;
  };
  static constexpr Start kStarts[] = {{"<!doctype html", &kHtml},
                                      {"<html", &kHtml},
                                      {"<head", &kHtml},
                                      {"<body", &kHtml},
                                      {"<?xml", &kXml}};
  for (const auto& [word, form] : kStarts) {
    const size_t size = common_start(text, word);
    if (size == word.size()) return {form};
    if (size == text.size()) return kNeedsMore;
  }
  return kNothing;
}

/// Whether `field` may be the name of a column: letters, digits and what joins them, in quotes or
/// not.
bool is_column_name(std::string_view field) {
  constexpr std::string_view kJoining = "_ .-\"'()#";
  return std::ranges::any_of(field, is_letter) && std::ranges::all_of(field, [&](char c) {
           return is_letter_or_digit(c) || (c & 0x80) != 0 || kJoining.find(c) != kJoining.npos;
         });
}

/// Whether `header` names columns. The first name may be empty, as pandas leaves that of its index.
bool is_header(std::string_view header, char separator) {
  for (size_t at = 0; at <= header.size();) {
    const size_t end = std::min(header.find(separator, at), header.size());
    if (!is_column_name(header.substr(at, end - at)) && !(at == 0 && end == 0)) return false;
    at = end + 1;
  }
  return true;
}

Recognised recognise_table(std::string_view text, bool is_all) {
  const size_t end_of_header = text.find('\n');
  if (end_of_header == text.npos) return is_all ? kNothing : kNeedsMore;
  auto header = text.substr(0, end_of_header);
  while (header.ends_with('\r')) header.remove_suffix(1);
  for (const auto& [separator, form] : kSeparated) {
    const auto columns = std::ranges::count(header, separator);
    if (columns == 0 || !is_header(header, separator)) continue;
    auto row = text.substr(end_of_header + 1);
    const size_t end_of_row = row.find('\n');
    if (end_of_row == row.npos && !is_all) return kNeedsMore;
    row = row.substr(0, end_of_row);
    return {std::ranges::count(row, separator) >= columns ? &form : nullptr};
  }
  return kNothing;
}

Recognised recognise_text(std::string_view text, bool is_all, bool arrays) {
  switch (text[0]) {
    case '{':
      return recognise_object(text);
    case '[':
      return recognise_array(text, is_all, arrays);
    case '<':
      return recognise_markup(text);
    default:
      if (text == "\"") return kNeedsMore;
      if (text.starts_with("\"{") || text.starts_with("\"[")) return is(Layout::texts);
      if (text.find('\0') != text.npos) return {&kBinary};
      return recognise_table(text, is_all);
  }
}

bool is_plain(std::string_view name) {
  return std::ranges::all_of(name, [](char c) {
    return is_letter_or_digit(c) || c == '_' || c == '-' || c == '.' || c == '/';
  });
}

/// What makes NDJSON of the file {}, or of standard input where it `is_stdin`; "" where nothing
/// does.
std::string command_for(const Form& form, bool is_stdin, std::string_view compression) {
  if (!compression.empty() && !form.filter.empty()) {
    const std::string undone = std::string(compression) + (is_stdin ? " -dc | " : " -dc {} | ");
    return undone + std::string(form.filter);
  }
  return std::string(is_stdin && !form.filter.empty() ? form.filter : form.command);
}

}  // namespace

Recognised recognise(std::string_view head, bool is_all, bool arrays) {
  if (head.empty()) return kNeedsMore;
  for (const Magic& magic : kMagics) {
    if (head.starts_with(magic.bytes)) return {&magic.form, false, true};
    if (magic.bytes.starts_with(head) && !is_all) return kNeedsMore;
  }
  const auto utf16 = recognise_utf16(head, is_all);
  if (utf16.form != nullptr || utf16.needs_more) return utf16;
  if (head.starts_with(kByteOrderMark)) head.remove_prefix(kByteOrderMark.size());
  head = behind_blanks(head);
  return head.empty() ? kNeedsMore : recognise_text(head, is_all, arrays);
}

bool is_object_line(std::string_view line) {
  line =
      behind_blanks(line.starts_with(kByteOrderMark) ? line.substr(kByteOrderMark.size()) : line);
  if (!line.starts_with('{')) return false;
  json::Scanner scanner;
  json::Members members;
  return scanner.object(line, members).ok();
}

Error not_ndjson(const Form& form, const std::string& name, std::string_view compression) {
  const std::string within = compression.empty() ? "" : " within " + std::string(compression);
  Error error{
      "cannot read '" + name + "': it is " + std::string(form.name) + within + ", not NDJSON", ""};
  const bool is_stdin = name == "stdin";
  std::string command = command_for(form, is_stdin, compression);
  if (const size_t at = command.find("{}"); at != command.npos) {
    command.replace(at, 2, is_plain(name) && !is_stdin ? name : "FILE");
  }
  error.hint = command.empty() ? std::string(form.advice) : "make it NDJSON: " + command;
  return error;
}

}  // namespace pinpipe::ndjson
