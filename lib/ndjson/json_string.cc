#include "ndjson/json_string.h"

#include <cstdint>

namespace pinpipe::ndjson {
namespace {

constexpr std::string_view kBlanks = " \t\n\v\f\r";

uint32_t hex_value(std::string_view digits) {
  uint32_t value = 0;
  for (const char c : digits) value = value * 16 + (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
  return value;
}

void append_utf8(uint32_t code_point, std::string& to) {
  const auto put = [&](uint32_t byte) { to += static_cast<char>(byte); };
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
  static constexpr std::string_view kLetters = "bfnrt";
  static constexpr std::string_view kMeanings = "\b\f\n\r\t";
  const char letter = escaped[1];
  escaped.remove_prefix(2);
  const size_t at = kLetters.find(letter);
  return static_cast<uint8_t>(at == kLetters.npos ? letter : kMeanings[at]);
}

void append_escape(unsigned char byte, std::string& to) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  switch (byte) {
    case '"':
      to += "\\\"";
      break;
    case '\\':
      to += "\\\\";
      break;
    case '\n':
      to += "\\n";
      break;
    case '\r':
      to += "\\r";
      break;
    case '\t':
      to += "\\t";
      break;
    default:
      to += "\\u00";
      to += kDigits[byte >> 4];
      to += kDigits[byte & 15];
  }
}

}  // namespace

void append_unescaped(std::string_view escaped, std::string& to) {
  while (!escaped.empty()) {
    const size_t run = std::min(escaped.find('\\'), escaped.size());
    to.append(escaped.substr(0, run));
    escaped.remove_prefix(run);
    if (escaped.empty()) return;
    bool plain;
    append_utf8(take(escaped, plain), to);
  }
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
    if (code_point > 0x20 || kBlanks.find(static_cast<char>(code_point)) == kBlanks.npos)
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

void append_quoted(std::string_view text, std::string& to) {
  to += '"';
  size_t start = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
    to.append(text.substr(start, at - start));
    append_escape(byte, to);
    start = at + 1;
  }
  to.append(text.substr(start));
  to += '"';
}

std::string quoted(std::string_view text) {
  std::string to;
  append_quoted(text, to);
  return to;
}

void append_compact(std::string_view value, stream::Buffer& to) {
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

}  // namespace pinpipe::ndjson
