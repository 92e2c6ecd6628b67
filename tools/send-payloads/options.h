// What send-payloads was asked for: as it was typed, and what that means.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "delivery/curl_transport.h"
#include "delivery/endpoint.h"
#include "delivery/sender.h"
#include "stream/error.h"

namespace pinpipe {

struct SendFlags {
  std::string url;
  std::string dead_letter;
  std::string header_file;
  std::string ca_file;
  unsigned parallel = 4;
  double timeout_s = 30;
  unsigned retries = 8;
  double retry_max_time_s = 300;
  uint64_t linger_ms = 0;
  std::optional<uint64_t> max_records;
  std::optional<uint64_t> max_bytes;
  bool verbose = false;
};

struct SendRun {
  delivery::Endpoint endpoint;
  delivery::CurlOptions curl;
  delivery::SenderOptions sender;
  std::string dead_letter;  ///< a path; "" without
};

/// REQUIRES: `flags` outlives `app`.
void declare(CLI::App& app, SendFlags& flags);

/// Errors: misuse that shows only when all flags of `app`, which was parsed, are known.
Status check(const SendFlags& flags, const CLI::App& app);

/// What the flags, the files they name and the environment come to. Errors: a file that cannot be
/// read, and what Endpoint::create finds.
Result<SendRun> resolve(const SendFlags& flags);

}  // namespace pinpipe
