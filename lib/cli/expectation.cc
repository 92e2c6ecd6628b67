#include "cli/expectation.h"

#include <algorithm>
#include <charconv>

#include "base/ascii.h"
#include "base/suggest.h"

namespace pinpipe::cli {
namespace {

constexpr size_t kShown = 40;  // of what was typed

std::string shown(std::string_view text) {
  return "'" + std::string(text.substr(0, kShown)) + (text.size() > kShown ? "…'" : "'");
}

/// "33.3%"
std::string per_cent(uint64_t count, uint64_t total) {
  char text[32];
  const double share = 100 * static_cast<double>(count) / static_cast<double>(total);
  const auto end =
      std::to_chars(text, text + sizeof text, share, std::chars_format::general, 3).ptr;
  return std::string(text, end) + "%";
}

}  // namespace

Result<Expectation> parse_expectation(std::string_view option, std::string_view text,
                                      std::span<const std::string> names) {
  const size_t sign = text.find('<');
  if (sign == text.npos)
    return Error{std::string(option) + " takes NAME<SHARE, not " + shown(text),
                 "as 'rejected<0.1%' or 'unreadable<1%', in quotes for the shell"};
  const std::string name(trimmed(text.substr(0, sign)));
  if (std::ranges::find(names, name) == names.end()) {
    const auto meant = did_you_mean(name, names);
    return Error{std::string(option) + ": there is no share " + shown(name),
                 meant.empty() ? "it is " + one_of(names) : meant};
  }
  const auto bound = TRY(parse_share(option, trimmed(text.substr(sign + 1))));
  return Expectation{name, std::string(text), bound};
}

std::optional<std::string> unmet(const Expectation& expectation, const Measured& measured) {
  if (measured.total == 0 || expectation.bound.is_above(measured.count, measured.total))
    return std::nullopt;
  return "expected " + expectation.text + ", but it is " +
         per_cent(measured.count, measured.total) + ": " + std::to_string(measured.count) + " of " +
         std::to_string(measured.total) + " " + measured.what;
}

}  // namespace pinpipe::cli
