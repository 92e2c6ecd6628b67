// What sink-topics was asked for: as it was typed, and what that means.
#pragma once

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "properties.h"
#include "stream/error.h"

namespace pinpipe {

struct SinkFlags {
  std::vector<std::string> places;  // ID and destination
  std::string bootstrap;
  std::string config;
  uint64_t flush_size = 10000;
  std::optional<double> rotate_s;
  bool exit = false;
};

struct SinkRun {
  std::string id;
  std::string destination;
  std::vector<Property> properties;  ///< bootstrap.servers is the last, if it is not in the file
  uint64_t flush_size = 0;
  std::optional<std::chrono::duration<double>> rotate;
  bool exit = false;
  std::optional<int> zstd;
};

/// REQUIRES: `flags` outlives `app`.
void declare(CLI::App& app, SinkFlags& flags);

/// Errors: misuse that shows only when all flags are known.
Status check(const SinkFlags& flags);

/// What the flags, the file they name and the environment come to. Errors: no Kafka is named, a
/// file that cannot be read. REQUIRES: check(flags).ok()
Result<SinkRun> resolve(const SinkFlags& flags);

}  // namespace pinpipe
