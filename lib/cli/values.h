// The values of options: one grammar, one range and one wording for each kind of value.
//
// All functions take the option's name for the error, as typed: "--max-records". Errors are misuse:
//
//   --rows takes a count, not 'abc'          hint: a count is a whole number: 500, 10k or 1e6
//   --rows must be 1 or more, not '-1'
//   --order must be random or sequential, not 'radnom'       hint: did you mean 'random'?
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "base/status.h"

namespace pinpipe::cli {

/// Both ends belong to it. One that ends at the type's maximum is "MIN or more".
template <class T>
struct Range {
  T min = 0;
  T max = std::numeric_limits<T>::max();
};

using Milliseconds = std::chrono::milliseconds;
inline constexpr Milliseconds kMillisecond{1};
inline constexpr Milliseconds kSecond{1000};

/// Longer is a slip of the hand, where a range does not say otherwise.
inline constexpr Milliseconds kLongestDuration = std::chrono::hours(24 * 366);

/// A whole number: 500, 10k, 1.5M, 1e6; k, M, G and T are powers of 1000.
Result<uint64_t> parse_count(std::string_view option, std::string_view text, Range<uint64_t> range);

/// A size in bytes: 4096, 64MiB, 1.5G; K, KB and KiB are 1024, and so on, in any case.
Result<uint64_t> parse_bytes(std::string_view option, std::string_view text, Range<uint64_t> range);

/// A span of time: 200ms, 5s, 1.5s, 10m, 2h; a bare number counts `bare_unit`.
Result<Milliseconds> parse_duration(std::string_view option, std::string_view text,
                                    Milliseconds bare_unit, Range<int64_t> range_ms);

/// A decimal number: 0.5, 1e3. `range.min` is part of it unless `above_min`.
Result<double> parse_number(std::string_view option, std::string_view text, Range<double> range,
                            bool above_min = false);

/// A part of a whole, exactly.
struct Share {
  static constexpr uint64_t kPerCent = 1'000'000'000;
  uint64_t parts;  ///< kPerCent is 1 %

  /// Whether it is more than `count` of `total`. REQUIRES: total is not 0.
  bool is_above(uint64_t count, uint64_t total) const;
};

/// A share, more than nothing: 0.1%, 5%, 100%.
Result<Share> parse_share(std::string_view option, std::string_view text);

/// The index in `choices` of `text`.
Result<size_t> parse_choice(std::string_view option, std::string_view text,
                            std::span<const std::string> choices);

/// "a, b or c".
std::string one_of(std::span<const std::string> words);

}  // namespace pinpipe::cli
