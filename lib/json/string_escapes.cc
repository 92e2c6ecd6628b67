#include <cstring>

#include "json/string.h"

namespace pinpipe::json {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// The value of \uXXXX at the start of `text`, or -1.
int code_unit(std::string_view text) {
  if (text.size() < 6 || text[0] != '\\' || text[1] != 'u') return -1;
  int unit = 0;
  for (int i = 2; i < 6; ++i) {
    const int digit = hex_digit(text[i]);
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

/// Bytes of the escape at the start of `text`; 0 where it is none.
size_t escape_size(std::string_view text) {
  if (text.size() < 2) return 0;
  if (text[1] != 'u') return std::strchr("\"\\/bfnrt", text[1]) != nullptr && text[1] != 0 ? 2 : 0;
  const int unit = code_unit(text);
  if (unit < 0xD800 || unit > 0xDFFF) return unit < 0 ? 0 : 6;
  const int low = unit < 0xDC00 ? code_unit(text.substr(6)) : -1;
  return low >= 0xDC00 && low <= 0xDFFF ? 12 : 0;
}

}  // namespace

bool valid_escapes(std::string_view text) {
  for (size_t at = text.find('\\'); at != text.npos; at = text.find('\\', at)) {
    const size_t size = escape_size(text.substr(at));
    if (size == 0) return false;
    at += size;
  }
  return true;
}

}  // namespace pinpipe::json
