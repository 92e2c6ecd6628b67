// What emulate-posts was asked for: as it was typed, and what that means.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/status.h"
#include "cli/flags.h"
#include "pace.h"
#include "posts/builtin/trending_source.h"
#include "posts/schedule.h"

namespace pinpipe {

struct EmulateFlags {
  std::string source = "builtin";
  std::string defaults_file;
  uint64_t seed = 100;
  std::optional<uint64_t> rows;
  std::optional<uint64_t> table_seed;
  std::optional<posts::Order> order;
  uint64_t start = 0;
  std::optional<uint64_t> count;
  std::optional<double> rate;
  std::optional<std::string> interval;
  bool now = false;
  bool truth = false;
  bool trends = false;
  bool list_trends = false;
  std::optional<std::string> from;
  std::optional<uint64_t> per_day;
};

struct Emulation {
  enum class From : uint8_t { builtin, pool, database };
  From from = From::builtin;
  std::string source;
  std::string defaults_file;
  uint64_t seed = 0;
  std::optional<posts::Row> rows;  ///< unset: what the source suggests
  uint64_t table_seed = 0;
  posts::Order order = posts::Order::random;
  uint64_t start = 0;             ///< number of the first post
  std::optional<uint64_t> count;  ///< unset: for ever
  Pace pace;
  bool now = false;
  bool truth = false;
  std::optional<posts::PostTimes> trends;  ///< when posts are posted, if they follow trends
  bool list_trends = false;                ///< print these rather than posts
};

/// REQUIRES: `to` outlives the parsing.
void declare(cli::Flags& flags, EmulateFlags& to);

/// Errors: misuse that shows only when all flags are known. Nothing is opened.
Result<Emulation> resolve(const EmulateFlags& flags);

}  // namespace pinpipe
