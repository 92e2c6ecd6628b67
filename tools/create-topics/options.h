// What create-topics was asked for: as it was typed, and what that means.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "cli/flags.h"
#include "kafka/properties.h"

namespace pinpipe {

struct TopicFlags {
  std::string bootstrap;
  std::string config;
  std::optional<uint64_t> partitions;
  std::optional<uint64_t> replication;
  bool list = false;
  bool describe = false;
  bool remove = false;
};

enum class Verb : uint8_t { create, list, describe, remove };

struct TopicRun {
  Verb verb = Verb::create;
  std::string id;
  std::vector<std::string> topics;    ///< those of the ID; none where all are to be listed
  std::optional<int32_t> partitions;  ///< without: 1 of new topics, any of old ones
  std::optional<int32_t> replication;
};

/// REQUIRES: `to` outlives the parsing.
void declare(cli::Flags& flags, TopicFlags& to);

/// What the flags and the words behind them mean. Errors: misuse.
Result<TopicRun> resolve(const TopicFlags& flags, const std::vector<std::string>& words);

}  // namespace pinpipe
