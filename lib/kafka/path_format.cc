#include "kafka/path_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>

#include "base/ascii.h"

namespace pinpipe::kafka {
namespace {

namespace chrono = std::chrono;

constexpr std::string_view kLetters = "yYxMwDdeHms";
constexpr std::string_view kNames = "ME";  // of which names are made

Error unknown_letters(std::string_view letters) {
  Error error{"'" + std::string(letters) + "' is not a part of a time",
              "text stands in quotes, and parts of a time are YYYY MM dd HH mm ss: "
              "\"'year'=YYYY/'month'=MM/'day'=dd\""};
  if (kNames.find(letters.front()) != kNames.npos)
    error = {"names of months and days, '" + std::string(letters) + "', are not done here",
             "months are MM, days dd, hours of the day HH"};
  return error;
}

/// Whether a folder of it can be made anywhere, and is seen by all who read.
bool is_path(std::string_view path) {
  for (;;) {
    const auto name = path.substr(0, path.find('/'));
    if (name.empty() || name.front() == '.') return false;
    if (name.size() == path.size()) return true;
    path.remove_prefix(name.size() + 1);
  }
}

/// The text in quotes at the start of `format`, which it takes away; '' within is one quote.
Result<std::string> take_quoted(std::string_view& format) {
  std::string text;
  for (;;) {
    const size_t end = format.find('\'', 1);
    if (end == format.npos)
      return Error{"a path with a quote that does not end",
                   "a quote itself is ''; \"'year'=YYYY\" is year=2022"};
    text += format.substr(1, end - 1);
    format.remove_prefix(end + 1);
    if (text.empty()) return std::string("'");
    if (!format.starts_with('\'')) return text;
    text += '\'';
  }
}

struct Clock {
  int year, month, day, day_of_year, weekday;  // weekday from 1, Monday
  int week, week_year;                         // of ISO 8601
  int hour, minute, second;
};

Clock clock_of(int64_t local_ms) {
  const chrono::sys_time<chrono::milliseconds> time{chrono::milliseconds(local_ms)};
  const auto day = chrono::floor<chrono::days>(time);
  const chrono::year_month_day date(day);
  const chrono::hh_mm_ss clock(chrono::floor<chrono::seconds>(time - day));
  const chrono::weekday weekday(day);
  // The week's year is that of its Thursday.
  const auto thursday = day + chrono::days(4 - static_cast<int>(weekday.iso_encoding()));
  const auto week_year = chrono::year_month_day(thursday).year();
  const auto days_since = [](chrono::sys_days to, chrono::year year) {
    return static_cast<int>((to - chrono::sys_days(year / 1 / 1)).count());
  };
  return {int(date.year()),
          static_cast<int>(unsigned(date.month())),
          static_cast<int>(unsigned(date.day())),
          days_since(day, date.year()) + 1,
          static_cast<int>(weekday.iso_encoding()),
          days_since(thursday, week_year) / 7 + 1,
          int(week_year),
          static_cast<int>(clock.hours().count()),
          static_cast<int>(clock.minutes().count()),
          static_cast<int>(clock.seconds().count())};
}

int value_of(const Clock& clock, char letter) {
  switch (letter) {
    case 'x':
      return clock.week_year;
    case 'M':
      return clock.month;
    case 'w':
      return clock.week;
    case 'D':
      return clock.day_of_year;
    case 'd':
      return clock.day;
    case 'e':
      return clock.weekday;
    case 'H':
      return clock.hour;
    case 'm':
      return clock.minute;
    case 's':
      return clock.second;
    default:
      return clock.year;
  }
}

bool is_year(char letter) { return letter == 'y' || letter == 'Y' || letter == 'x'; }

}  // namespace

Result<PathFormat> PathFormat::parse(std::string_view format) {
  if (format.ends_with('/')) format.remove_suffix(1);
  const std::string whole(format);
  PathFormat parsed;
  while (!format.empty()) {
    const char first = format.front();
    if (first == '\'') {
      auto text = TRY(take_quoted(format));
      parsed.pieces_.push_back({0, 0, std::move(text)});
      continue;
    }
    const size_t same = std::min(format.find_first_not_of(first), format.size());
    const auto run = format.substr(0, same);
    format.remove_prefix(same);
    if (!is_letter(first)) {
      parsed.pieces_.push_back({0, 0, std::string(run)});
    } else if (kLetters.find(first) == kLetters.npos || (first == 'M' && same > 2)) {
      return unknown_letters(run);
    } else {
      parsed.pieces_.push_back({first, same, ""});
    }
  }
  if (!is_path(parsed.folder(0))) {
    return Error{"no folders in '" + whole + "'",
                 "between two '/', and at both ends, is a name, which begins with no '.'"};
  }
  return parsed;
}

std::string PathFormat::folder(int64_t local_ms) const {
  const auto clock = clock_of(local_ms);
  std::string path;
  for (const auto& [letter, width, text] : pieces_) {
    const int value = value_of(clock, letter);
    if (letter == 0) {
      path += text;
    } else if (is_year(letter) && width == 2) {
      fmt::format_to(std::back_inserter(path), "{:02}", value % 100);
    } else {
      fmt::format_to(std::back_inserter(path), "{:0{}}", value, width);
    }
  }
  return path;
}

}  // namespace pinpipe::kafka
