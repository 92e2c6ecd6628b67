#include "query/extracted_batch.h"

#include <bit>

namespace pinpipe::query {
namespace {

// The first byte: what is there, and how many bytes the age has. So no two users have one key.
constexpr unsigned kNameBit = 1;
constexpr unsigned kAgeBit = 2;
constexpr unsigned kFractionBit = 4;
constexpr unsigned kAgeSize = 8;  // times 0 to 8

void append_low_bytes(uint64_t value, size_t count, std::string& to) {
  for (; count > 0; --count, value >>= 8) to += static_cast<char>(value);
}

/// From the start of the year 0: below 2^39.
uint64_t seconds_of(const record::Timestamp& time) {
  const int64_t days =
      record::days_from_civil(time.year, time.month, time.day) - record::days_from_civil(0, 1, 1);
  return static_cast<uint64_t>(((days * 24 + time.hour) * 60 + time.minute) * 60 + time.second);
}

}  // namespace

void append_user_key(std::optional<std::string_view> user_name, std::optional<int64_t> age,
                     const record::Timestamp& joined, std::string& to) {
  const auto fraction = joined.fraction.substr(0, joined.fraction.find_last_not_of('0') + 1);
  const auto age_bits = static_cast<uint64_t>(age.value_or(0));
  const auto age_size = static_cast<unsigned>(std::bit_width(age_bits) + 7) / 8;
  to += static_cast<char>((user_name ? kNameBit : 0) | (age ? kAgeBit : 0) |
                          (fraction.empty() ? 0 : kFractionBit) | age_size * kAgeSize);
  append_low_bytes(seconds_of(joined), 5, to);
  append_low_bytes(age_bits, age_size, to);
  if (!fraction.empty()) to.append(fraction) += '\0';
  if (user_name) to += *user_name;
}

}  // namespace pinpipe::query
