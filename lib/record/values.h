// The values of clean fields, read from text. What is not of the form gives nothing; nothing is
// guessed.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pinpipe::record {

/// Whether `text` is a JSON integer, of any number of digits: -?(0|[1-9][0-9]*).
bool is_integer(std::string_view text);

/// `text` as a number, where it is a JSON integer within 64 bits.
std::optional<int64_t> to_int64(std::string_view text);

/// A point in time, UTC, proleptic Gregorian, years 0001 to 9999: the tables of Spark and
/// Delta, and what Python knows, begin there.
struct Timestamp {
  int year, month, day, hour, minute, second;
  std::string_view
      fraction;  ///< digits behind the point as written, a view into the text; "" if all are zero

  auto operator<=>(const Timestamp&) const = default;
};

/// Reads `YYYY-MM-DD HH:MM:SS` or with `T`, an optional fraction, an optional zone, which is
/// converted to UTC: `Z`, `UTC`, `±HH`, `±HHMM` or `±HH:MM`, perhaps behind a blank. A date alone
/// is its midnight. Impossible dates and times (also :60, 24:00 and the year 0) give nothing.
std::optional<Timestamp> to_timestamp(std::string_view text);

/// Reads an integer of 10 digits as seconds since 1970, of 13 as milliseconds, of 16 as
/// microseconds; nothing of any other size.
std::optional<Timestamp> epoch_to_timestamp(std::string_view integer);

/// Room for YYYY-MM-DDTHH:MM:SS, and for what is before the T
inline constexpr size_t kTimestampSize = 19;
inline constexpr size_t kDateSize = 10;
/// Writes `YYYY-MM-DDTHH:MM:SS` to `to`, without the fraction.
void write_timestamp(const Timestamp& timestamp, char* to);

/// The same with a fraction, where there is one, without zeros behind it: equal times are equal
/// texts, in the order of time.
std::string text_of(const Timestamp& timestamp);

inline constexpr int64_t kDaySeconds = 86400;

/// Days from 1970-01-01 to a date of the proleptic Gregorian calendar, and back.
int64_t days_from_civil(int year, int month, int day);
void civil_from_days(int64_t days, int& year, int& month, int& day);

}  // namespace pinpipe::record
