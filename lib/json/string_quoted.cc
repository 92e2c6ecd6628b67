#include <cstdint>
#include <cstring>

#include "json/copy_until.h"
#include "json/string.h"

namespace pinpipe::json {
namespace {

/// The letter of a two-byte escape; 0 where `c` has none that we write.
char escape_letter(char c) {
  switch (c) {
    case '"':
    case '\\':
      return c;
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
  static constexpr std::string_view kDigits = "0123456789abcdef";
  *out++ = '\\';
  if (const char letter = escape_letter(c)) {
    *out++ = letter;
    return out;
  }
  std::memcpy(out, "u00", 3);
  out[3] = kDigits[static_cast<uint8_t>(c) >> 4];
  out[4] = kDigits[c & 15];
  return out + 5;
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

}  // namespace

void append_quoted(std::string_view text, Buffer& to) {
  constexpr size_t kPiece = 4096;  // so that room is not made for all of a giant text escaped
  to.append('"');
  while (!text.empty()) {
    const auto piece = text.substr(0, kPiece);
    text.remove_prefix(piece.size());
    char* const out = to.room(kLongestEscape * piece.size() + kWord);
    to.grew(static_cast<size_t>(put_quoted(piece, out) - out));
  }
  to.append('"');
}

void append_quoted(std::string_view text, std::string& to) {
  Buffer quoted;
  append_quoted(text, quoted);
  to += quoted.view();
}

std::string quoted(std::string_view text) {
  std::string to;
  append_quoted(text, to);
  return to;
}

}  // namespace pinpipe::json
