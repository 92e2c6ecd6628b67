#include "wire/arrival.h"

#include <cmath>
#include <optional>

#include "base/number.h"
#include "json/string.h"
#include "record/records.h"
#include "record/values.h"

namespace pinpipe::wire {
namespace {

// A time of this century has 10 digits of seconds, 13 of milliseconds.
constexpr double kMaxSeconds = 1e11;
constexpr double kMaxMilliseconds = 1e14;
constexpr int64_t kMicroseconds = 1'000'000;

std::string text_of_time(const record::Timestamp& time, std::string_view fraction) {
  std::string text(record::kTimestampSize, '\0');
  record::write_timestamp(time, text.data());
  if (!fraction.empty()) text.append(".").append(fraction);
  return text;
}

/// "25" of 250 000 microseconds.
std::string fraction_of(int64_t microseconds) {
  auto digits = std::to_string(kMicroseconds + microseconds).substr(1);
  while (digits.ends_with('0')) digits.pop_back();
  return digits;
}

/// A double has room for the microseconds of this century.
std::optional<std::string> read_number(std::string_view text) {
  double number = to_number<double>(text).value_or(0);
  if (!(number > 0)) return std::nullopt;
  if (number < kMaxSeconds) {
    number *= 1e6;
  } else if (number < kMaxMilliseconds) {
    number *= 1e3;
  }
  if (number >= kMaxSeconds * 1e6) return std::nullopt;
  const int64_t microseconds = std::llround(number);
  const auto time = record::epoch_to_timestamp(std::to_string(microseconds / kMicroseconds));
  if (!time) return std::nullopt;
  return text_of_time(*time, fraction_of(microseconds % kMicroseconds));
}

std::optional<std::string> read_string(std::string_view token) {
  std::string scratch;
  const auto time = record::to_timestamp(json::unescape(json::inside_quotes(token), scratch));
  if (!time) return std::nullopt;
  return text_of_time(*time, time->fraction);
}

}  // namespace

Result<std::string> read_arrival(const json::CheckedText::Value& value) {
  auto time = value.kind == json::Kind::number   ? read_number(value.text)
              : value.kind == json::Kind::string ? read_string(value.text)
                                                 : std::nullopt;
  if (time) return std::move(*time);
  return Error{"the arrival time is not a time: " + record::shown(value.text)};
}

}  // namespace pinpipe::wire
