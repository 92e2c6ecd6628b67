// What create-streams was asked for: as it was typed, and what that means.
#pragma once

#include <string>
#include <vector>

#include "base/status.h"
#include "cli/flags.h"

namespace pinpipe {

struct StreamFlags {
  uint64_t shards = 1;
  cli::Milliseconds wait = 120 * cli::kSecond;
  bool list = false;
  bool describe = false;
  bool list_shards = false;
  bool remove = false;
};

enum class Verb : uint8_t { create, list, describe, list_shards, remove };

struct StreamRun {
  Verb verb = Verb::create;
  std::vector<std::string> streams;  ///< those of the ID; none where all are to be listed
  uint64_t shards = 1;
  cli::Milliseconds wait{};
};

/// REQUIRES: `to` outlives the parsing.
void declare(cli::Flags& flags, StreamFlags& to);

/// What the flags and the words behind them mean. Errors: misuse.
Result<StreamRun> resolve(const StreamFlags& flags, const std::vector<std::string>& words);

}  // namespace pinpipe
