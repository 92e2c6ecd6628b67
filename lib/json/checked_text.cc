#include "json/checked_text.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <string>

#include "json/string.h"

namespace pinpipe::json {
namespace {

using json::Kind;

/// What a byte outside of strings is: as numbers whose sum over a text has in its lower half how
/// many brackets are open, in its upper half how many blanks there were, so that a loop over bytes
/// has no branches for them.
enum : uint64_t { kOpen = 1, kClose = -kOpen, kBlank = uint64_t{1} << 32 };
constexpr std::array<uint64_t, 256> make_classes() {
  std::array<uint64_t, 256> classes{};
  classes['{'] = classes['['] = kOpen;
  classes['}'] = classes[']'] = kClose;
  classes[' '] = classes['\t'] = classes['\r'] = classes['\n'] = kBlank;
  return classes;
}
constexpr auto kClasses = make_classes();

uint64_t class_of(char c) { return kClasses[static_cast<uint8_t>(c)]; }
bool is_close(char c) { return class_of(c) == kClose; }

/// Whether the quote is part of its string: an odd number of backslashes is before it.
bool is_escaped(const char* quote) {
  const char* slash = quote;
  while (slash[-1] == '\\') --slash;
  return (quote - slash) % 2 == 1;
}

/// Behind the string that begins at `quote`.
const char* behind_string(const char* quote, const char* end) {
  do {
    ++quote;
    quote = static_cast<const char*>(std::memchr(quote, '"', static_cast<size_t>(end - quote)));
  } while (is_escaped(quote));
  return quote + 1;
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

void CheckedText::take_string() { at_ = behind_string(at_, end_); }

/// Returns whether there are blanks between the tokens.
bool CheckedText::take_nested() {
  uint64_t sum = 0;
  const char* at = at_;
  do {
    if (*at == '"') {
      at = behind_string(at, end_);
    } else {
      sum += class_of(*at++);
    }
  } while (static_cast<uint32_t>(sum) != 0);
  at_ = at;
  return sum != 0;
}

void CheckedText::take_scalar() {
  while (*at_ != ',' && class_of(*at_) == 0) ++at_;
}

}  // namespace pinpipe::json
