#include "json/string.h"

#include <cstdint>
#include <cstring>

#include "base/hex.h"
#include "base/swar.h"

namespace pinpipe::json {
namespace {

// Text copied by words of 8 bytes, up to a byte that is to be seen: between the escapes of a string
// are mostly a few bytes, too few for a call of memchr or memcpy. The last word that is copied
// reaches beyond the byte that was found, and is overwritten by what follows.
/// Copies `text` to `out` up to the first byte that `mark` marks in a word; both move on. False:
/// there is none before the last few bytes, which are left.
template <class Mark>
bool copy_until(std::string_view& text, char*& out, Mark mark) {
  while (text.size() >= kWord) {
    std::memcpy(out, text.data(), kWord);
    const size_t clean = bytes_before(mark(word_at(text.data())));
    text.remove_prefix(clean);
    out += clean;
    if (clean < kWord) return true;
  }
  return false;
}

}  // namespace

// ---- what escapes stand for ----

namespace {

constexpr std::string_view kAsciiBlanks = " \t\n\v\f\r";

uint32_t code_unit_of(std::string_view digits) {
  uint32_t value = 0;
  for (const char c : digits) value = value << 4 | static_cast<uint32_t>(hex_value(c));
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
    uint32_t code_point = code_unit_of(escaped.substr(2, 4));
    escaped.remove_prefix(6);
    if (code_point >= 0xD800 && code_point < 0xDC00) {
      code_point =
          0x10000 + ((code_point - 0xD800) << 10) + (code_unit_of(escaped.substr(2, 4)) - 0xDC00);
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
  while (copy_until(escaped, out, backslash)) {
    if (escaped[1] == 'u') {
      out = put_utf8(take(escaped, plain), out);
    } else {
      *out++ = meaning_of(escaped[1]);
      escaped.remove_prefix(2);
    }
  }
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

// ---- whether they are those of JSON ----

namespace {

/// The value of \uXXXX at the start of `text`, or -1.
int code_unit(std::string_view text) {
  if (text.size() < 6 || text[0] != '\\' || text[1] != 'u') return -1;
  int unit = 0;
  for (int i = 2; i < 6; ++i) {
    const int digit = hex_value(text[i]);
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

bool is_escape_letter(char c) {
  switch (c) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
      return true;
    default:
      return false;
  }
}

/// Where the first backslash at or behind `at` is; npos where there is none. By words: the next
/// escape is mostly near.
size_t find_backslash(std::string_view text, size_t at) {
  for (; at + kWord <= text.size(); at += kWord) {
    const size_t before = bytes_before(bytes_that_are(word_at(text.data() + at), '\\'));
    if (before < kWord) return at + before;
  }
  return text.find('\\', at);
}

/// Bytes of the escape at the start of `text`; 0 where it is none.
size_t escape_size(std::string_view text) {
  if (text.size() < 2) return 0;
  if (text[1] != 'u') return is_escape_letter(text[1]) ? 2 : 0;
  const int unit = code_unit(text);
  if (unit < 0xD800 || unit > 0xDFFF) return unit < 0 ? 0 : 6;
  const int low = unit < 0xDC00 ? code_unit(text.substr(6)) : -1;
  return low >= 0xDC00 && low <= 0xDFFF ? 12 : 0;
}

}  // namespace

bool valid_escapes(std::string_view text) {
  for (size_t at = find_backslash(text, 0); at != text.npos; at = find_backslash(text, at)) {
    const size_t size = escape_size(text.substr(at));
    if (size == 0) return false;
    at += size;
  }
  return true;
}

// ---- text as a string ----

namespace {

/// The letter of a two-byte escape; 0 where `c` has none.
char escape_letter(char c) {
  switch (c) {
    case '"':
    case '\\':
      return c;
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    default:
      return 0;
  }
}

char* put_escape(char c, char* out) {
  *out++ = '\\';
  if (const char letter = escape_letter(c)) {
    *out++ = letter;
    return out;
  }
  std::memcpy(out, "u00", 3);
  return put_hex(static_cast<uint8_t>(c), 2, out + 3);
}
constexpr size_t kLongestEscape = 6;

/// REQUIRES: room for kLongestEscape times `text`, and a word.
char* put_quoted(std::string_view text, char* out) {
  const auto to_escape = [](uint64_t word) {
    return bytes_below(word, 0x20) | bytes_that_are(word, '"') | bytes_that_are(word, '\\');
  };
  while (copy_until(text, out, to_escape)) {
    out = put_escape(text[0], out);
    text.remove_prefix(1);
  }
  for (const char c : text) {
    if (static_cast<uint8_t>(c) < 0x20 || c == '"' || c == '\\') {
      out = put_escape(c, out);
    } else {
      *out++ = c;
    }
  }
  return out;
}

/// Calls `append(piece, most)` with pieces of `text`, which become at most so many bytes: room is
/// not made for all of a giant text escaped.
template <class Append>
void each_piece(std::string_view text, Append append) {
  constexpr size_t kPiece = 4096;
  while (!text.empty()) {
    const auto piece = text.substr(0, kPiece);
    text.remove_prefix(piece.size());
    append(piece, kLongestEscape * piece.size() + kWord);
  }
}

}  // namespace

void append_quoted(std::string_view text, Buffer& to) {
  to.append('"');
  each_piece(text, [&](std::string_view piece, size_t most) {
    char* const out = to.room(most);
    to.grew(static_cast<size_t>(put_quoted(piece, out) - out));
  });
  to.append('"');
}

void append_quoted(std::string_view text, std::string& to) {
  to += '"';
  each_piece(text, [&](std::string_view piece, size_t most) {
    const size_t before = to.size();
    to.resize(before + most);
    to.resize(static_cast<size_t>(put_quoted(piece, to.data() + before) - to.data()));
  });
  to += '"';
}

std::string quoted(std::string_view text) {
  std::string to;
  append_quoted(text, to);
  return to;
}

}  // namespace pinpipe::json
