// What to-kafka-payload was asked for: as it was typed, and what that means.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/status.h"
#include "cli/flags.h"
#include "record/schema.h"
#include "wire/kafka_rest.h"
#include "wire/request_format.h"

namespace pinpipe {

struct KafkaFlags {
  std::optional<std::string> user_id;
  std::string topic{wire::kTopicNames.pattern};
  wire::Protocol api = wire::Protocol::kafka_v2;
  std::optional<std::string> key;
  std::optional<wire::KeyFormat> key_format;
  std::optional<uint64_t> max_records;
  std::optional<std::chrono::milliseconds> linger;
  std::optional<uint64_t> max_bytes;
  std::optional<record::Dataset> only;
  bool payload_only = false;
  bool unwrap = false;
  bool stamp = false;
};

struct KafkaRun {
  wire::RequestFormat format;
  std::optional<record::Dataset> only;
};

/// REQUIRES: `to` outlives the parsing.
void declare(cli::Flags& flags, KafkaFlags& to);

/// Errors: misuse that shows only when all flags are known.
Result<KafkaRun> resolve(const KafkaFlags& flags);

}  // namespace pinpipe
