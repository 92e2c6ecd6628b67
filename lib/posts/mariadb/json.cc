#include "posts/mariadb/json.h"

#include <charconv>
#include <cstring>

#include "json/number.h"

namespace pinpipe::posts {
namespace {

using Byte = unsigned char;

/// The bytes of `word` that end a run of plain characters have a bit set: control, '"', '\', and
/// not ASCII.
uint64_t special_bytes(uint64_t word) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kTops = 0x80 * kOnes;
  const auto zero_bytes = [](uint64_t x) { return (x - kOnes) & ~x; };
  const uint64_t control =
      word - 0x20 * kOnes;  // borrows only from bytes behind one that counts anyway
  return (control | zero_bytes(word ^ '"' * kOnes) | zero_bytes(word ^ '\\' * kOnes) | word) &
         kTops;
}

/// How many bytes at the start of `text` are plain.
size_t plain_run(std::string_view text) {
  size_t size = 0;
  for (uint64_t word; size + sizeof word <= text.size(); size += sizeof word) {
    std::memcpy(&word, text.data() + size, sizeof word);
    if (special_bytes(word) != 0) break;
  }
  const auto plain = [](Byte c) { return c >= 0x20 && c < 0x80 && c != '"' && c != '\\'; };
  while (size < text.size() && plain(static_cast<Byte>(text[size]))) ++size;
  return size;
}

/// Bytes of the well-formed sequence beyond ASCII that `text` starts with (Unicode 15, table 3-7),
/// or 0.
size_t sequence_size(std::string_view text) {
  const auto at = [&](size_t i) { return i < text.size() ? static_cast<Byte>(text[i]) : Byte{0}; };
  const auto within = [&](size_t i, int low, int high) { return at(i) >= low && at(i) <= high; };
  const Byte first = at(0);
  if (first < 0xC2 || first > 0xF4) return 0;
  if (first < 0xE0) return within(1, 0x80, 0xBF) ? 2 : 0;
  if (first < 0xF0) {
    const int low = first == 0xE0 ? 0xA0 : 0x80;   // no overlong forms
    const int high = first == 0xED ? 0x9F : 0xBF;  // no surrogates
    return within(1, low, high) && within(2, 0x80, 0xBF) ? 3 : 0;
  }
  const int low = first == 0xF0 ? 0x90 : 0x80;
  const int high = first == 0xF4 ? 0x8F : 0xBF;  // nothing beyond U+10FFFF
  return within(1, low, high) && within(2, 0x80, 0xBF) && within(3, 0x80, 0xBF) ? 4 : 0;
}

void append_escape(Byte c, Buffer& to) {
  constexpr std::string_view kShort = "\"\"\\\\\bb\ff\nn\rr\tt";
  for (size_t i = 0; i < kShort.size(); i += 2) {
    if (static_cast<Byte>(kShort[i]) != c) continue;
    to.append('\\');
    to.append(kShort[i + 1]);
    return;
  }
  constexpr char kDigits[] = "0123456789abcdef";
  to.append("\\u00");
  to.append(kDigits[c >> 4]);
  to.append(kDigits[c & 15]);
}

/// ZEROFILL and YEAR have leading zeros, which JSON has not.
std::string_view without_leading_zeros(std::string_view digits) {
  while (digits.size() > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9') {
    digits.remove_prefix(1);
  }
  return digits;
}

void append_bits(std::string_view bytes, Buffer& to) {
  uint64_t bits = 0;
  for (const char byte : bytes) bits = bits << 8 | static_cast<Byte>(byte);
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

const char* append_value(ColumnForm form, std::string_view value, Buffer& to) {
  switch (form) {
    case ColumnForm::number: {
      const std::string_view digits = without_leading_zeros(value);
      if (!json::is_number(digits)) return "is not a JSON number";
      to.append(digits);
      return nullptr;
    }
    case ColumnForm::bits:
      append_bits(value, to);
      return nullptr;
    case ColumnForm::text:
      return append_text(value, to) ? nullptr : "is not UTF-8";
  }
  return nullptr;
}

bool append_text(std::string_view text, Buffer& to) {
  to.room(text.size() + 2);  // enough for all but a few
  to.append('"');
  while (!text.empty()) {
    size_t run = plain_run(text);
    for (size_t more; run < text.size() && (more = sequence_size(text.substr(run))) > 0;) {
      run += more;
      run += plain_run(text.substr(run));
    }
    to.append(text.substr(0, run));
    text.remove_prefix(run);
    if (text.empty()) break;
    const auto special = static_cast<Byte>(text[0]);
    if (special >= 0x80) return false;
    append_escape(special, to);
    text.remove_prefix(1);
  }
  to.append('"');
  return true;
}

}  // namespace pinpipe::posts
