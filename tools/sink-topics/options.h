// What sink-topics was asked for: as it was typed, and what that means.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "aws/credentials.h"
#include "base/status.h"
#include "cli/flags.h"
#include "kafka/properties.h"
#include "kafka/sink.h"
#include "kafka/topic_printer.h"

namespace pinpipe {

struct SinkFlags {
  std::string bootstrap;
  std::string config;
  std::string connector;
  std::optional<std::string> partition_by;
  std::optional<std::string> timezone;
  std::vector<kafka::TimeSource> time;
  std::optional<uint64_t> flush_size;
  std::optional<cli::Milliseconds> rotate;
  bool to_stdout = false;
  bool from_beginning = false;
  std::string group;
  bool once = false;
  bool follow = false;  ///< which is what it does without --once
  std::optional<int> zstd;
  bool gzip = false;
  bool connector_properties = false;
};

struct SinkRun {
  std::string id;
  std::string destination;
  std::vector<kafka::Property> properties;  ///< bootstrap.servers is the last, if not in the file
  kafka::SinkOptions sink;
  std::string topics_regex;               ///< of more topics, by their whole names; "" for none
  aws::Environment environment;           ///< of S3
  std::vector<std::string> remarks = {};  ///< of the file of --connector
  bool to_stdout = false;                 ///< without a destination
  std::optional<int> zstd;                ///< level of what is printed
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
