#include "payload/checked_text.h"

#include <cstring>
#include <string>

#include "ndjson/json_string.h"

namespace pinpipe::payload {
namespace {

using ndjson::Kind;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_open(char c) { return c == '{' || c == '['; }
bool is_close(char c) { return c == '}' || c == ']'; }

/// Whether the quote is part of its string: an odd number of backslashes is before it.
bool is_escaped(const char* quote) {
  const char* slash = quote;
  while (slash[-1] == '\\') --slash;
  return (quote - slash) % 2 == 1;
}

bool is_named(std::string_view key, std::string_view name) {
  if (key == name) return true;
  std::string scratch;
  return key.find('\\') != key.npos && ndjson::unescape(key, scratch) == name;
}

}  // namespace

Kind CheckedText::kind() const {
  switch (*at_) {
    case '"':
      return Kind::string;
    case '{':
      return Kind::object;
    case '[':
      return Kind::array;
    case 'n':
      return Kind::null;
    case 't':
    case 'f':
      return Kind::boolean;
    default:
      return Kind::number;
  }
}

std::string_view CheckedText::key() {
  const char* const quote = at_;
  take_string();
  const std::string_view inside(quote + 1, static_cast<size_t>(at_ - quote - 2));
  skip_blanks();
  ++at_;  // the colon
  skip_blanks();
  return inside;
}

CheckedText::Value CheckedText::value() {
  const char* const start = at_;
  Value value;
  value.kind = kind();
  if (value.kind == Kind::string) {
    take_string();
  } else if (value.kind == Kind::object || value.kind == Kind::array) {
    value.has_blanks = take_nested();
  } else {
    take_scalar();
  }
  value.text = {start, static_cast<size_t>(at_ - start)};
  return value;
}

std::optional<CheckedText::Value> CheckedText::member(std::string_view name) {
  std::optional<Value> found;
  for (bool more = enter(); more; more = next()) {
    const bool wanted = is_named(key(), name);
    const auto member = value();
    if (wanted) found = member;
  }
  return found;
}

void CheckedText::skip_blanks() {
  while (is_blank(*at_)) ++at_;
}

/// Takes the bracket or comma at hand. False: the object or array is closed, and behind.
bool CheckedText::go_on() {
  const bool closed = is_close(*at_++);
  if (closed) return false;
  skip_blanks();
  if (!is_close(*at_)) return true;
  ++at_;
  return false;
}

void CheckedText::take_string() {
  do {
    ++at_;
    at_ = static_cast<const char*>(std::memchr(at_, '"', static_cast<size_t>(end_ - at_)));
  } while (is_escaped(at_));
  ++at_;
}

/// Returns whether there are blanks between the tokens.
bool CheckedText::take_nested() {
  bool has_blanks = false;
  size_t depth = 0;
  do {
    const char c = *at_;
    if (c == '"') {
      take_string();
      continue;
    }
    has_blanks = has_blanks || is_blank(c);
    depth += is_open(c);
    depth -= is_close(c);
    ++at_;
  } while (depth > 0);
  return has_blanks;
}

void CheckedText::take_scalar() {
  while (*at_ != ',' && !is_close(*at_) && !is_blank(*at_)) ++at_;
}

}  // namespace pinpipe::payload
