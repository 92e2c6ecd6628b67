#include "record/values.h"

#include <chrono>

#include "base/ascii.h"
#include "base/number.h"

namespace pinpipe::record {
namespace {

/// The number that `size` digits at `at` make; -1 where one is no digit.
int digits(std::string_view text, size_t at, size_t size) {
  if (at + size > text.size()) return -1;
  int value = 0;
  for (size_t i = at; i < at + size; ++i) {
    if (!is_digit(text[i])) return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

bool is_leap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

/// Two digits at `at`; what is none counts into `wrong`.
int two_digits(const char* at, unsigned& wrong) {
  const auto tens = static_cast<uint8_t>(at[0] - '0');
  const auto ones = static_cast<uint8_t>(at[1] - '0');
  wrong |= static_cast<unsigned>(tens > 9) | static_cast<unsigned>(ones > 9);
  return tens * 10 + ones;
}

int days_in_month(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kDays[month - 1];
}

/// REQUIRES: nothing is negative
bool possible(const Timestamp& t) {
  return t.year >= 1 && t.month >= 1 && t.month <= 12 && t.day >= 1 && t.hour < 24 &&
         t.minute < 60 && t.second < 60 && (t.day <= 28 || t.day <= days_in_month(t.year, t.month));
}

/// Minutes that `zone`, all behind the seconds and fraction, is east of UTC.
std::optional<int> zone_minutes(std::string_view zone) {
  if (zone.empty()) return 0;
  if (zone[0] == ' ') zone.remove_prefix(1);
  if (zone == "Z" || zone == "UTC") return 0;
  if (zone.size() < 3 || (zone[0] != '+' && zone[0] != '-')) return std::nullopt;
  const bool colon = zone.size() == 6 && zone[3] == ':';
  if (!colon && zone.size() != 3 && zone.size() != 5) return std::nullopt;
  const int hours = digits(zone, 1, 2);
  const int minutes = zone.size() == 3 ? 0 : digits(zone, colon ? 4 : 3, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
  return (zone[0] == '-' ? -1 : 1) * (hours * 60 + minutes);
}

/// `t` earlier by `minutes`; nothing where that leaves the years 0001 to 9999.
std::optional<Timestamp> earlier(Timestamp t, int minutes) {
  const int64_t day_minutes = t.hour * 60 + t.minute - minutes;
  const int64_t shift = day_minutes < 0 ? -1 : day_minutes >= 24 * 60 ? 1 : 0;
  const auto rest = static_cast<int>(day_minutes - shift * 24 * 60);
  if (shift != 0)
    civil_from_days(days_from_civil(t.year, t.month, t.day) + shift, t.year, t.month, t.day);
  if (t.year < 1 || t.year > 9999) return std::nullopt;
  t.hour = rest / 60;
  t.minute = rest % 60;
  return t;
}

void write_digits(int value, int size, char* to) {
  for (int i = size; i-- > 0; value /= 10) to[i] = static_cast<char>('0' + value % 10);
}

/// A date alone is its midnight.
std::optional<Timestamp> date_to_timestamp(std::string_view text) {
  if (text.size() != kDateSize || text[4] != '-' || text[7] != '-') return std::nullopt;
  const Timestamp t{digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2), 0, 0, 0, {}};
  if (t.year < 0 || t.month < 0 || t.day < 0 || !possible(t)) return std::nullopt;
  return t;
}

}  // namespace

bool is_integer(std::string_view text) {
  if (!text.empty() && text[0] == '-') text.remove_prefix(1);
  if (text.empty() || (text[0] == '0' && text.size() > 1)) return false;
  for (const char c : text) {
    if (!is_digit(c)) return false;
  }
  return true;
}

std::optional<int64_t> to_int64(std::string_view text) {
  constexpr size_t kAlwaysFit = 18;  // digits, with which 64 bits cannot overflow
  const bool negative = !text.empty() && text[0] == '-';
  const std::string_view digits = text.substr(negative ? 1 : 0);
  if (digits.empty() || (digits[0] == '0' && digits.size() > 1)) return std::nullopt;
  if (digits.size() > kAlwaysFit) return to_number<int64_t>(text);
  int64_t value = 0;
  for (const char c : digits) {
    if (!is_digit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return negative ? -value : value;
}

std::optional<Timestamp> to_timestamp(std::string_view text) {
  if (text.size() == kDateSize) return date_to_timestamp(text);
  if (text.size() < kTimestampSize || text[4] != '-' || text[7] != '-' ||
      (text[10] != ' ' && text[10] != 'T') || text[13] != ':' || text[16] != ':') {
    return std::nullopt;
  }
  unsigned wrong = 0;
  const auto pair = [&](size_t at) { return two_digits(text.data() + at, wrong); };
  Timestamp t{pair(0) * 100 + pair(2), pair(5), pair(8), pair(11), pair(14), pair(17), {}};
  if (wrong != 0 || !possible(t)) return std::nullopt;

  auto rest = text.substr(kTimestampSize);
  if (!rest.empty() && rest[0] == '.') {
    size_t size = 1;
    while (size < rest.size() && is_digit(rest[size])) ++size;
    t.fraction = rest.substr(1, size - 1);
    if (t.fraction.empty()) return std::nullopt;
    if (t.fraction.find_first_not_of('0') == t.fraction.npos) t.fraction = {};
    rest.remove_prefix(size);
  }
  const auto east = zone_minutes(rest);
  if (!east) return std::nullopt;
  return *east == 0 ? t : earlier(t, *east);
}

std::optional<Timestamp> epoch_to_timestamp(std::string_view integer) {
  const bool negative = integer.starts_with('-');
  const size_t places = integer.size() - (negative ? 1 : 0);
  const auto count = to_int64(integer);
  if (!count || (places != 10 && places != 13 && places != 16)) return std::nullopt;
  const int64_t unit = places == 10 ? 1 : places == 13 ? 1000 : 1'000'000;
  const int64_t rest = ((*count % unit) + unit) % unit;
  const int64_t seconds = (*count - rest) / unit;
  const int64_t second = ((seconds % kDaySeconds) + kDaySeconds) % kDaySeconds;
  Timestamp t{0, 0, 0, int(second / 3600), int(second / 60 % 60), int(second % 60), {}};
  civil_from_days((seconds - second) / kDaySeconds, t.year, t.month, t.day);
  if (rest != 0) t.fraction = integer.substr(integer.size() - (places - 10));
  if (negative && rest != 0) return std::nullopt;  // its digits are not those of the fraction
  if (t.year < 1 || t.year > 9999) return std::nullopt;
  return t;
}

void write_timestamp(const Timestamp& t, char* to) {
  write_digits(t.year, 4, to);
  to[4] = to[7] = '-';
  write_digits(t.month, 2, to + 5);
  write_digits(t.day, 2, to + 8);
  to[10] = 'T';
  write_digits(t.hour, 2, to + 11);
  to[13] = to[16] = ':';
  write_digits(t.minute, 2, to + 14);
  write_digits(t.second, 2, to + 17);
}

std::string text_of(const Timestamp& timestamp) {
  std::string text(kTimestampSize, ' ');
  write_timestamp(timestamp, text.data());
  const auto& fraction = timestamp.fraction;
  const auto digits = fraction.substr(0, fraction.find_last_not_of('0') + 1);
  if (!digits.empty()) text.append(".").append(digits);
  return text;
}

int64_t days_from_civil(int year, int month, int day) {
  return std::chrono::sys_days(std::chrono::year(year) / month / day).time_since_epoch().count();
}

void civil_from_days(int64_t days, int& year, int& month, int& day) {
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
  year = static_cast<int>(date.year());
  month = static_cast<int>(static_cast<unsigned>(date.month()));
  day = static_cast<int>(static_cast<unsigned>(date.day()));
}

}  // namespace pinpipe::record
