#include "cli/values.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/ascii.h"
#include "base/suggest.h"

namespace pinpipe::cli {
namespace {

using Wide = unsigned __int128;

constexpr size_t kShown = 40;       // of what was typed
constexpr int kMaxDigits = 20;      // those of 2^64; with a unit they fit 128 bits
constexpr int kMaxExponent = 1000;  // beyond, it makes no difference

std::string shown(std::string_view text) {
  return "'" + std::string(text.substr(0, kShown)) + (text.size() > kShown ? "…'" : "'");
}

struct Unit {
  std::string_view name;
  uint64_t factor;
};

/// digits * 10^exponent, and the unit behind it.
struct Decimal {
  bool negative = false;
  Wide digits = 0;
  int exponent = 0;
  std::string_view unit;
};

/// Reads [-]digits[.digits][e[+-]digits] and leaves the rest as unit; nothing where there are no
/// digits.
std::optional<Decimal> read_decimal(std::string_view text) {
  Decimal number;
  if (text.starts_with('-') || text.starts_with('+')) {
    number.negative = text[0] == '-';
    text.remove_prefix(1);
  }
  size_t at = 0;
  bool any = false;
  bool fraction = false;
  int significant = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '.' && !fraction) {
      fraction = true;
      continue;
    }
    if (c < '0' || c > '9') break;
    any = true;
    if (significant < kMaxDigits) {
      number.digits = number.digits * 10 + static_cast<unsigned>(c - '0');
      significant += number.digits > 0 ? 1 : 0;
      number.exponent -= fraction ? 1 : 0;
    } else if (!fraction) {
      number.exponent = std::min(number.exponent + 1, kMaxExponent);
    } else if (c != '0') {
      return std::nullopt;  // more decimals than anybody means
    }
  }
  if (!any) return std::nullopt;
  if (at + 1 < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    int exponent = 0;
    const char* begin = text.data() + at + 1 + (text[at + 1] == '+' ? 1 : 0);
    const auto read = std::from_chars(begin, text.data() + text.size(), exponent);
    if (read.ec == std::errc()) {
      number.exponent += std::clamp(exponent, -kMaxExponent, kMaxExponent);
      at = static_cast<size_t>(read.ptr - text.data());
    } else if (read.ec == std::errc::result_out_of_range) {
      return std::nullopt;
    }
  }
  number.unit = text.substr(at);
  return number;
}

/// number * factor as an integer: kTooLarge where it does not fit 64 bits, nothing where it has a
/// fraction that `floor` does not allow.
constexpr Wide kTooLarge = static_cast<Wide>(1) << 64;
std::optional<Wide> scaled(const Decimal& number, uint64_t factor, bool floor) {
  Wide value = number.digits * factor;
  if (value == 0) return 0;
  for (int i = 0; i < number.exponent; ++i) {
    value *= 10;
    if (value >= kTooLarge) return kTooLarge;
  }
  for (int i = 0; i > number.exponent; --i) {
    if (value % 10 != 0 && !floor) return std::nullopt;
    value /= 10;
  }
  return std::min(value, kTooLarge);
}

/// What a kind of value is called, and how it is written.
struct Kind {
  std::string_view article_and_name;  ///< "a count"
  std::string_view how;               ///< hint
  std::span<const Unit> units;
  bool floor;     ///< a fraction is cut off, rather than refused
  bool any_case;  ///< of units
  std::string (*show)(uint64_t value);
};

Error not_one(std::string_view option, std::string_view text, const Kind& kind) {
  return {
      std::string(option) + " takes " + std::string(kind.article_and_name) + ", not " + shown(text),
      std::string(kind.how)};
}

Error out_of_range(std::string_view option, std::string_view text, const std::string& range) {
  return {std::string(option) + " must be " + range + ", not " + shown(text), ""};
}

Result<uint64_t> parse_scaled(std::string_view option, std::string_view text, Range<uint64_t> range,
                              const Kind& kind) {
  const auto number = read_decimal(text);
  if (!number) return not_one(option, text, kind);
  const auto unit = std::ranges::find_if(kind.units, [&](const Unit& each) {
    return kind.any_case ? equal_but_for_case(each.name, number->unit) : each.name == number->unit;
  });
  if (unit == kind.units.end()) return not_one(option, text, kind);
  const auto value = scaled(*number, unit->factor, kind.floor);
  if (!value) return not_one(option, text, kind);
  const bool negative = number->negative && *value > 0;
  if (!negative && *value >= range.min && *value <= range.max) return static_cast<uint64_t>(*value);
  if (range.max < std::numeric_limits<uint64_t>::max()) {
    return out_of_range(option, text,
                        "from " + kind.show(range.min) + " to " + kind.show(range.max));
  }
  const bool is_less = negative || *value < range.min;
  return out_of_range(option, text, is_less ? kind.show(range.min) + " or more" : "less than 2^64");
}

constexpr Unit kCountUnits[] = {{"", 1},          {"k", 1000},          {"K", 1000},
                                {"M", 1'000'000}, {"G", 1'000'000'000}, {"T", 1'000'000'000'000}};

constexpr uint64_t kKibi = 1024;
constexpr Unit kByteUnits[] = {{"", 1},
                               {"b", 1},
                               {"k", kKibi},
                               {"kb", kKibi},
                               {"kib", kKibi},
                               {"m", kKibi* kKibi},
                               {"mb", kKibi* kKibi},
                               {"mib", kKibi* kKibi},
                               {"g", kKibi* kKibi* kKibi},
                               {"gb", kKibi* kKibi* kKibi},
                               {"gib", kKibi* kKibi* kKibi},
                               {"t", kKibi* kKibi* kKibi* kKibi},
                               {"tb", kKibi* kKibi* kKibi* kKibi},
                               {"tib", kKibi* kKibi* kKibi* kKibi}};

std::string show_bytes(uint64_t bytes) {
  static constexpr std::string_view kNames[] = {"", " KiB", " MiB", " GiB", " TiB"};
  size_t unit = 0;
  for (; bytes > 0 && bytes % kKibi == 0 && unit + 1 < std::size(kNames); ++unit) bytes /= kKibi;
  return std::to_string(bytes) + std::string(kNames[unit]);
}

constexpr Unit kTimeUnits[] = {{"ms", 1},       {"s", 1000},      {"m", 60'000},
                               {"min", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};

std::string show_duration(uint64_t ms) {
  std::string text = std::to_string(ms) + "ms";
  for (const auto& unit : kTimeUnits) {
    if (unit.name != "min" && ms > 0 && ms % unit.factor == 0)
      text = std::to_string(ms / unit.factor) + std::string(unit.name);
  }
  return text;
}

std::string show_count(uint64_t count) { return std::to_string(count); }

std::string show_number(double number) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, number).ptr;
  return {text, end};
}

}  // namespace

Result<uint64_t> parse_count(std::string_view option, std::string_view text,
                             Range<uint64_t> range) {
  static constexpr Kind kKind{"a count",   "a count is a whole number: 500, 10k or 1e6",
                              kCountUnits, false,
                              false,       show_count};
  return parse_scaled(option, text, range, kKind);
}

Result<uint64_t> parse_bytes(std::string_view option, std::string_view text,
                             Range<uint64_t> range) {
  static constexpr Kind kKind{
      "a size in bytes", "a size is a number of bytes, or as 64KiB, 1.5G", kByteUnits, true, true,
      show_bytes};
  return parse_scaled(option, text, range, kKind);
}

Result<Milliseconds> parse_duration(std::string_view option, std::string_view text,
                                    Milliseconds bare_unit, Range<int64_t> range_ms) {
  Unit units[std::size(kTimeUnits) + 1];
  std::ranges::copy(kTimeUnits, units);
  units[std::size(kTimeUnits)] = {"", static_cast<uint64_t>(bare_unit.count())};
  const Kind kind{"a duration", "a duration is a number with its unit: 200ms, 5s, 10m or 2h",
                  units,        false,
                  false,        show_duration};
  const bool is_bounded = range_ms.max < std::numeric_limits<int64_t>::max();
  const auto longest = static_cast<uint64_t>(is_bounded ? range_ms.max : kLongestDuration.count());
  const auto ms =
      TRY(parse_scaled(option, text, {static_cast<uint64_t>(range_ms.min), longest}, kind));
  return Milliseconds(static_cast<int64_t>(ms));
}

Result<double> parse_number(std::string_view option, std::string_view text, Range<double> range,
                            bool above_min) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec == std::errc::invalid_argument || read.ptr != end || std::isnan(number)) {
    return Error{std::string(option) + " takes a number, not " + shown(text),
                 "a number is such as 10, 0.2 or 1e3"};
  }
  const bool high_enough = above_min ? number > range.min : number >= range.min;
  if (read.ec == std::errc() && high_enough && number <= range.max) return number;
  const std::string least = (above_min ? "more than " : "") + show_number(range.min);
  const bool open = range.max == std::numeric_limits<double>::max();
  return out_of_range(option, text,
                      open && number < range.max ? least + (above_min ? "" : " or more")
                      : open                     ? least + " and at most 1.8e308"
                             : (above_min ? least + " and at most " : "from " + least + " to ") +
                                   show_number(range.max));
}

bool Share::is_above(uint64_t count, uint64_t total) const {
  assert(total != 0);
  return Wide{count} * 100 * kPerCent < Wide{parts} * total;
}

Result<Share> parse_share(std::string_view option, std::string_view text) {
  static constexpr Kind kKind{"a share", "a share is in per cent: 0.1% or 5%", {}, false, false,
                              {}};
  const auto number = read_decimal(text);
  const auto parts =
      number && number->unit == "%" ? scaled(*number, Share::kPerCent, false) : std::nullopt;
  if (!parts) return not_one(option, text, kKind);
  if (number->negative || *parts == 0 || *parts > 100 * Share::kPerCent)
    return out_of_range(option, text, "more than 0% and at most 100%");
  return Share{static_cast<uint64_t>(*parts)};
}

std::string one_of(std::span<const std::string> words) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) {
    text += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
  }
  return text;
}

Result<size_t> parse_choice(std::string_view option, std::string_view text,
                            std::span<const std::string> choices) {
  const auto found = std::ranges::find(choices, text);
  if (found != choices.end()) return static_cast<size_t>(found - choices.begin());
  return Error{std::string(option) + " must be " + one_of(choices) + ", not " + shown(text),
               did_you_mean(text, choices)};
}

}  // namespace pinpipe::cli
