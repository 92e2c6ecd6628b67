// What is expected of a run, for cron: that a share of what came is below a bound.
//
//   --expect 'rejected<0.1%'
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/status.h"
#include "cli/values.h"

namespace pinpipe::cli {

struct Expectation {
  std::string name;  ///< of the share: "rejected"
  std::string text;  ///< as it was given
  Share bound;       ///< which the share is to be below
};

/// What was measured: `count` of `total`, "lines" or the like.
struct Measured {
  uint64_t count = 0;
  uint64_t total = 0;
  std::string what;
};

/// Reads NAME<SHARE, with or without blanks around both. Errors are misuse: it is none, NAME is not
/// among `names`, SHARE is no share.
Result<Expectation> parse_expectation(std::string_view option, std::string_view text,
                                      std::span<const std::string> names);

/// "expected rejected<0.1%, but it is 20%: 1 of 5 lines"; nothing where all is as expected. Nothing
/// of nothing is.
std::optional<std::string> unmet(const Expectation& expectation, const Measured& measured);

}  // namespace pinpipe::cli
