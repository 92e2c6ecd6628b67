#include "json/string.h"

#include <cstdint>

#include "json/copy_until.h"

namespace pinpipe::json {
namespace {

constexpr std::string_view kAsciiBlanks = " \t\n\v\f\r";

uint32_t hex_value(std::string_view digits) {
  uint32_t value = 0;
  for (const char c : digits) value = value * 16 + (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
  return value;
}

char* put_utf8(uint32_t code_point, char* out) {
  const auto put = [&](uint32_t byte) { *out++ = static_cast<char>(byte); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0 | code_point >> 6);
    put(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    put(0xE0 | code_point >> 12);
    put(0x80 | (code_point >> 6 & 0x3F));
    put(0x80 | (code_point & 0x3F));
  } else {
    put(0xF0 | code_point >> 18);
    put(0x80 | (code_point >> 12 & 0x3F));
    put(0x80 | (code_point >> 6 & 0x3F));
    put(0x80 | (code_point & 0x3F));
  }
  return out;
}

/// Of the letter of a two-byte escape.
char meaning_of(char letter) {
  switch (letter) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return letter;
  }
}

/// Takes one character, escaped or plain, off the front of `escaped`, and gives its code point;
/// plain characters beyond ASCII come byte by byte, with `plain` set.
uint32_t take(std::string_view& escaped, bool& plain) {
  plain = escaped[0] != '\\';
  if (plain) {
    const uint32_t byte = static_cast<uint8_t>(escaped[0]);
    escaped.remove_prefix(1);
    return byte;
  }
  if (escaped[1] == 'u') {
    uint32_t code_point = hex_value(escaped.substr(2, 4));
    escaped.remove_prefix(6);
    if (code_point >= 0xD800 && code_point < 0xDC00) {
      code_point =
          0x10000 + ((code_point - 0xD800) << 10) + (hex_value(escaped.substr(2, 4)) - 0xDC00);
      escaped.remove_prefix(6);
    }
    return code_point;
  }
  const char letter = escaped[1];
  escaped.remove_prefix(2);
  return static_cast<uint8_t>(meaning_of(letter));
}

/// REQUIRES: room for `escaped`, which is never shorter than what it stands for, and a word.
char* put_unescaped(std::string_view escaped, char* out) {
  const auto backslash = [](uint64_t word) { return bytes_that_are(word, '\\'); };
  bool plain;
  while (copy_until(escaped, out, backslash)) out = put_utf8(take(escaped, plain), out);
  while (!escaped.empty()) {
    const uint32_t code_point = take(escaped, plain);
    if (plain) {
      *out++ = static_cast<char>(code_point);
    } else {
      out = put_utf8(code_point, out);
    }
  }
  return out;
}

}  // namespace

void append_unescaped(std::string_view escaped, Buffer& to) {
  char* const out = to.room(escaped.size() + kWord);
  to.grew(static_cast<size_t>(put_unescaped(escaped, out) - out));
}

void append_unescaped(std::string_view escaped, std::string& to) {
  const size_t before = to.size();
  to.resize(before + escaped.size() + kWord);
  to.resize(static_cast<size_t>(put_unescaped(escaped, to.data() + before) - to.data()));
}

std::string_view unescape(std::string_view escaped, std::string& scratch) {
  if (escaped.find('\\') == escaped.npos) return escaped;
  scratch.clear();
  append_unescaped(escaped, scratch);
  return scratch;
}

bool is_ascii_blank(std::string_view escaped) {
  while (!escaped.empty()) {
    bool plain;
    const uint32_t code_point = take(escaped, plain);
    if (code_point > 0x20 || kAsciiBlanks.find(static_cast<char>(code_point)) == kAsciiBlanks.npos)
      return false;
  }
  return true;
}

size_t escaped_prefix(std::string_view escaped, std::string_view prefix) {
  if (escaped.starts_with(prefix)) return prefix.size();
  std::string_view rest = escaped;
  for (const char expected : prefix) {
    bool plain;
    if (rest.empty() || take(rest, plain) != static_cast<uint8_t>(expected)) return 0;
  }
  return escaped.size() - rest.size();
}

void append_compact(std::string_view value, Buffer& to) {
  char* out = to.room(value.size());
  const char* const start = out;
  bool in_string = false;
  for (size_t at = 0; at < value.size(); ++at) {
    const char c = value[at];
    if (!in_string && (c == ' ' || c == '\t' || c == '\r' || c == '\n')) continue;
    *out++ = c;
    if (in_string && c == '\\') {
      *out++ = value[++at];
    } else if (c == '"') {
      in_string = !in_string;
    }
  }
  to.grew(static_cast<size_t>(out - start));
}

}  // namespace pinpipe::json
