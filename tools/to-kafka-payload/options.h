// What to-kafka-payload was asked for: as it was typed, and what that means.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "payload/request_format.h"
#include "record/dataset.h"
#include "stream/error.h"

namespace pinpipe {

struct KafkaFlags {
  std::optional<std::string> user_id;
  std::string topic = "{user_id}.{dataset}";
  std::string api = "v2";
  std::optional<std::string> key;
  std::optional<std::string> key_format;
  std::optional<uint64_t> max_records;
  std::optional<uint64_t> max_bytes;
  std::optional<std::string> only;
  bool payload_only = false;
  bool unwrap = false;
};

struct KafkaRun {
  payload::RequestFormat format;
  std::optional<record::Dataset> only;
};

/// REQUIRES: `flags` outlives `app`.
void declare(CLI::App& app, KafkaFlags& flags);

/// Errors: misuse that shows only when all flags are known.
Result<KafkaRun> resolve(const KafkaFlags& flags);

}  // namespace pinpipe
