#include "posts/mariadb/json.h"

#include <charconv>

#include "base/ascii.h"
#include "json/number.h"
#include "json/string.h"
#include "json/token_index.h"

namespace pinpipe::posts {
namespace {

/// ZEROFILL and YEAR have leading zeros, which JSON has not.
std::string_view without_leading_zeros(std::string_view digits) {
  while (digits.size() > 1 && digits[0] == '0' && is_digit(digits[1])) {
    digits.remove_prefix(1);
  }
  return digits;
}

void append_bits(std::string_view bytes, Buffer& to) {
  uint64_t bits = 0;
  for (const char byte : bytes) bits = bits << 8 | static_cast<uint8_t>(byte);
  char* const digits = to.room(20);
  to.grew(static_cast<size_t>(std::to_chars(digits, digits + 20, bits).ptr - digits));
}

}  // namespace

ColumnForm form_of(const MYSQL_FIELD& field) {
  switch (field.type) {
    case MYSQL_TYPE_TINY:
    case MYSQL_TYPE_SHORT:
    case MYSQL_TYPE_INT24:
    case MYSQL_TYPE_LONG:
    case MYSQL_TYPE_LONGLONG:
    case MYSQL_TYPE_YEAR:
    case MYSQL_TYPE_FLOAT:
    case MYSQL_TYPE_DOUBLE:
    case MYSQL_TYPE_DECIMAL:
    case MYSQL_TYPE_NEWDECIMAL:
      return ColumnForm::number;
    case MYSQL_TYPE_BIT:
      return ColumnForm::bits;
    default:
      return ColumnForm::text;
  }
}

Status append_value(ColumnForm form, std::string_view value, Buffer& to) {
  switch (form) {
    case ColumnForm::number: {
      const std::string_view digits = without_leading_zeros(value);
      if (!json::is_number(digits)) return Error{"is not a JSON number"};
      to.append(digits);
      return {};
    }
    case ColumnForm::bits:
      append_bits(value, to);
      return {};
    case ColumnForm::text:
      return append_text(value, to);
  }
  return {};
}

Status append_text(std::string_view text, Buffer& to) {
  if (!json::is_utf8(text)) return Error{"is not UTF-8"};
  json::append_quoted(text, to);
  return {};
}

}  // namespace pinpipe::posts
