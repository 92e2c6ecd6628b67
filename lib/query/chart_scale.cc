#include "query/chart_scale.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "query/answer.h"

namespace pinpipe::query {
namespace {

constexpr size_t kEighths = 8;
/// From below.
constexpr std::array<std::string_view, kEighths + 1> kHigh{" ", "▁", "▂", "▃", "▄",
                                                           "▅", "▆", "▇", "█"};
/// From the left.
constexpr std::array<std::string_view, kEighths + 1> kWide{"",  "▏", "▎", "▍", "▌",
                                                           "▋", "▊", "▉", "█"};

std::string repeated(std::string_view text, size_t times) {
  std::string all;
  for (size_t i = 0; i < times; ++i) all += text;
  return all;
}

/// So many of `steps` parts of the way to `whole`; one at least for what is not zero.
size_t steps_of(double part, double whole, size_t steps) {
  if (part <= 0 || whole <= 0) return 0;
  const auto count = static_cast<size_t>(std::lround(part / whole * static_cast<double>(steps)));
  return std::clamp<size_t>(count, 1, steps);
}

std::string bar_to_the_right(double value, double greatest, size_t width) {
  const size_t eighths = steps_of(value, greatest, width * kEighths);
  return repeated(kWide.back(), eighths / kEighths) += kWide[eighths % kEighths];
}

std::string bar_to_the_left(double value, double least, size_t width) {
  const size_t halves = steps_of(-value, -least, width * 2);
  return std::string(width - (halves + 1) / 2, ' ') + (halves % 2 == 1 ? "▐" : "") +
         repeated(kWide.back(), halves / 2);
}

}  // namespace

void Scale::include(const Value& value) {
  const double number = number_of(value).value_or(0);
  least = std::min(least, number);
  greatest = std::max(greatest, number);
}

std::optional<double> number_of(const Value& value) {
  if (const auto* integer = std::get_if<Integer>(&value)) return static_cast<double>(*integer);
  if (const auto* real = std::get_if<double>(&value)) return *real;
  return std::nullopt;
}

std::string rounded_text(const Value& value) {
  if (const auto* real = std::get_if<double>(&value)) {
    const bool is_large = std::abs(*real) >= 1e6 && std::abs(*real) < 1e15;
    return is_large ? fmt::format("{:.0f}", *real) : fmt::format("{:.6g}", *real);
  }
  return number_text(value, "null");
}

std::string bar_of(const Value& value, const Scale& scale, size_t width) {
  const auto number = number_of(value);
  if (!number || width == 0) return "";
  if (scale.least >= 0) return bar_to_the_right(*number, scale.greatest, width);
  if (width < 3) return "";
  const double share = -scale.least / (scale.greatest - scale.least);
  const auto left = static_cast<size_t>(std::lround(share * static_cast<double>(width - 1)));
  const size_t left_width = std::clamp<size_t>(left, 1, width - 2);
  return bar_to_the_left(*number, scale.least, left_width) + "│" +
         bar_to_the_right(*number, scale.greatest, width - 1 - left_width);
}

std::string_view block_of(const Value& value, const Scale& scale) {
  const auto number = number_of(value);
  if (!number) return "·";
  if (*number == 0 && scale.least == 0) return "_";
  const double above = *number - scale.least;
  return kHigh[std::max<size_t>(1, steps_of(above, scale.greatest - scale.least, kEighths))];
}

std::string_view block_in_row(const Value& value, const Scale& scale, size_t row, size_t rows) {
  const auto number = number_of(value);
  if (!number) return kHigh[0];
  const size_t all = steps_of(*number - scale.least, scale.greatest - scale.least, rows * kEighths);
  return kHigh[all - std::min(all, row * kEighths) >= kEighths
                   ? kEighths
                   : all - std::min(all, row * kEighths)];
}

}  // namespace pinpipe::query
