#include "json/checked_text.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <string>

#include "json/string.h"

namespace pinpipe::json {
namespace {

using json::Kind;

/// What a byte outside of strings is: bits, so that a loop over bytes adds them up without
/// branches.
enum : uint8_t { kOpen = 1, kClose = 2, kBlank = 4 };
constexpr std::array<uint8_t, 256> make_classes() {
  std::array<uint8_t, 256> classes{};
  classes['{'] = classes['['] = kOpen;
  classes['}'] = classes[']'] = kClose;
  classes[' '] = classes['\t'] = classes['\r'] = classes['\n'] = kBlank;
  return classes;
}
constexpr auto kClasses = make_classes();

uint8_t class_of(char c) { return kClasses[static_cast<uint8_t>(c)]; }
bool is_close(char c) { return class_of(c) == kClose; }

/// Whether the quote is part of its string: an odd number of backslashes is before it.
bool is_escaped(const char* quote) {
  const char* slash = quote;
  while (slash[-1] == '\\') --slash;
  return (quote - slash) % 2 == 1;
}

}  // namespace

bool is_named(std::string_view key, std::string_view name) {
  if (key == name) return true;
  std::string scratch;
  return key.find('\\') != key.npos && json::unescape(key, scratch) == name;
}

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

void CheckedText::skip_blanks() {
  while (class_of(*at_) == kBlank) ++at_;
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
  uint8_t seen = 0;
  size_t depth = 0;
  do {
    if (*at_ == '"') {
      take_string();
    } else {
      const uint8_t what = class_of(*at_++);
      seen |= what;
      depth += what & kOpen;
      depth -= (what & kClose) / kClose;
    }
  } while (depth > 0);
  return (seen & kBlank) != 0;
}

void CheckedText::take_scalar() {
  while (*at_ != ',' && class_of(*at_) == 0) ++at_;
}

}  // namespace pinpipe::json
