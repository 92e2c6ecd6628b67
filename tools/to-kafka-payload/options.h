// What to-kafka-payload was asked for: as it was typed, and what that means.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "cli/flags.h"
#include "payload/kafka.h"
#include "payload/request_format.h"
#include "record/dataset.h"
#include "stream/error.h"

namespace pinpipe {

struct KafkaFlags {
  std::optional<std::string> user_id;
  std::string topic = "{user_id}.{dataset}";
  payload::KafkaApi api = payload::KafkaApi::v2;
  std::optional<std::string> key;
  std::optional<payload::KeyFormat> key_format;
  std::optional<uint64_t> max_records;
  std::optional<std::chrono::milliseconds> linger;
  std::optional<uint64_t> max_bytes;
  std::optional<record::Dataset> only;
  bool payload_only = false;
  bool unwrap = false;
};

struct KafkaRun {
  payload::RequestFormat format;
  std::optional<record::Dataset> only;
};

/// REQUIRES: `to` outlives the parsing.
void declare(cli::Flags& flags, KafkaFlags& to);

/// Errors: misuse that shows only when all flags are known.
Result<KafkaRun> resolve(const KafkaFlags& flags);

}  // namespace pinpipe
