// When a record arrived in its stream, as services write it.
#pragma once

#include <string>

#include "base/fixed_text.h"
#include "base/status.h"
#include "json/checked_text.h"

namespace pinpipe::wire {

/// The name of the member that a stamped record has beside it.
inline constexpr FixedText kArrivalTime("arrival_time");

/// `value` as YYYY-MM-DDTHH:MM:SS, UTC, with a fraction only if it is not zero. Text is read as all
/// timestamps are; a number is seconds, milliseconds or microseconds since 1970, by its size, with
/// a fraction or an exponent, too (Kinesis: 1.441215410867E9). Errors: it is not a
/// time.
Result<std::string> read_arrival(const json::CheckedText::Value& value);

}  // namespace pinpipe::wire
