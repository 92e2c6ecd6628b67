// The rule for counts: moving the decimal point of a text.
//
//   "1,234.5k"  ->  digits 12345, one of them behind the point, k = 3 places  ->  1234500

#include "base/ascii.h"
#include "clean/field_reader.h"

namespace pinpipe::clean {
namespace {

size_t places_of(char suffix) {
  switch (suffix) {
    case 'k':
    case 'K':
      return 3;
    case 'm':
    case 'M':
      return 6;
    case 'b':
    case 'B':
      return 9;
    default:
      return 0;
  }
}

/// Digits as JSON writes them, or in groups of three: "0", "1234", "1,234,567"; not "01", "12,34".
bool is_whole_part(std::string_view text) {
  const size_t first_comma = text.find(',');
  const size_t head = std::min(first_comma, text.size());
  if (head == 0 || (text[0] == '0' && text.size() > 1)) return false;
  if (first_comma != text.npos && (head > 3 || (text.size() - head) % 4 != 0)) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool comma_here = i >= head && (i - head) % 4 == 0;
    if (comma_here ? text[i] != ',' : !is_digit(text[i])) return false;
  }
  return true;
}

}  // namespace

bool write_count(std::string_view text, Cursor& to) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const size_t places = text.empty() ? 0 : places_of(text.back());
  if (places > 0) text.remove_suffix(1);

  const size_t point = text.find('.');
  const auto whole = text.substr(0, point);
  auto fraction = point == text.npos ? std::string_view() : text.substr(point + 1);
  if (!is_whole_part(whole)) return false;
  if (point != text.npos && fraction.empty()) return false;
  for (const char c : fraction) {
    if (!is_digit(c)) return false;
  }
  while (fraction.ends_with('0')) fraction.remove_suffix(1);
  if (fraction.size() > places) return false;  // not a whole number

  const char* const start = to.at;
  const auto put_digit = [&](char digit) {
    if (digit == '0' && to.at == start) return;  // no leading zeros
    if (to.at == start && negative) to.put('-');
    to.put(digit);
  };
  for (const char c : whole) {
    if (c != ',') put_digit(c);
  }
  for (const char c : fraction) put_digit(c);
  for (size_t i = fraction.size(); i < places; ++i) put_digit('0');
  if (to.at == start) to.put('0');
  return true;
}

}  // namespace pinpipe::clean
