// What kinesis-encode was asked for: as it was typed, and what that means.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/status.h"
#include "cli/flags.h"
#include "record/schema.h"
#include "wire/kinesis.h"
#include "wire/request_format.h"

namespace pinpipe {

struct KinesisFlags {
  std::optional<std::string> user_id;
  std::string stream{wire::kStreamNames.pattern};
  wire::Protocol shape = wire::Protocol::put_records;
  std::optional<std::string> partition_key;
  std::optional<uint64_t> max_records;
  std::optional<std::chrono::milliseconds> linger;
  std::optional<uint64_t> max_bytes;
  std::optional<uint64_t> max_record_bytes;
  std::optional<record::Dataset> only;
  bool aggregate = false;
  std::optional<std::string> shards;
  std::optional<uint64_t> max_aggregate_bytes;
  bool payload_only = false;
  bool newline = false;
  bool decode = false;
  bool stamp = false;
};

struct KinesisRun {
  wire::RequestFormat format;
  std::optional<record::Dataset> only;
};

/// REQUIRES: `to` outlives the parsing.
void declare(cli::Flags& flags, KinesisFlags& to);

/// Errors: misuse that shows only when all flags are known.
Result<KinesisRun> resolve(const KinesisFlags& flags);

}  // namespace pinpipe
