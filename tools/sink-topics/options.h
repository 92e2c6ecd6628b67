// What sink-topics was asked for: as it was typed, and what that means.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "cli/flags.h"
#include "kafka/properties.h"
#include "kafka/sink.h"
#include "kafka/topic_printer.h"

namespace pinpipe {

struct SinkFlags {
  std::string bootstrap;
  std::string config;
  uint64_t flush_size = 10000;
  std::optional<cli::Milliseconds> rotate;
  bool to_stdout = false;
  bool from_beginning = false;
  std::string group;
  bool once = false;
  bool follow = false;  ///< which is what it does without --once
  std::optional<int> zstd;
};

struct SinkRun {
  std::string id;
  std::string destination;
  std::vector<kafka::Property> properties;  ///< bootstrap.servers is the last, if not in the file
  kafka::SinkOptions sink;
  bool to_stdout = false;  ///< without a destination
  kafka::PrinterOptions print;
  std::string group;  ///< "" without
};

/// REQUIRES: `to` outlives the parsing.
void declare(cli::Flags& flags, SinkFlags& to);

/// Whether `places` are an ID and a destination, as the flags want it. Errors: misuse.
Status check(const SinkFlags& flags, const std::vector<std::string>& places);

/// What the flags, the file they name and the environment come to. Errors: no Kafka is named, a
/// file that cannot be read. REQUIRES: check(flags, places).ok()
Result<SinkRun> resolve(const SinkFlags& flags, const std::vector<std::string>& places);

}  // namespace pinpipe
