// What send-payloads was asked for: as it was typed, and what that means.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "base/status.h"
#include "cli/flags.h"
#include "delivery/endpoint.h"
#include "delivery/sender.h"
#include "http/curl_transport.h"
#include "kafka/librdkafka_producer.h"

namespace pinpipe {

struct SendFlags {
  std::string url;
  std::string bootstrap;
  std::string config;
  std::string dead_letter;
  std::string header_file;
  std::string ca_file;
  unsigned parallel = 4;
  cli::Milliseconds timeout{30'000};
  unsigned retries = 8;
  cli::Milliseconds retry_max_time{300'000};
  std::optional<cli::Milliseconds> linger;
  std::optional<uint64_t> max_records;
  std::optional<uint64_t> max_bytes;
  bool verbose = false;
};

/// A way by HTTP.
struct HttpConnection {
  delivery::Endpoint endpoint;
  http::CurlOptions curl;
};

struct SendRun {
  std::variant<kafka::ProducerOptions, HttpConnection> connection;
  delivery::SenderOptions sender;
  std::string dead_letter;  ///< a path; "" without
};

/// REQUIRES: `to` outlives the parsing.
void declare(cli::Flags& flags, SendFlags& to);

/// Errors: misuse that shows only when all flags are known.
Status check(const SendFlags& flags);

/// What the flags, the files they name and the environment come to. Errors: a file that cannot be
/// read, and what Endpoint::create finds.
Result<SendRun> resolve(const SendFlags& flags);

}  // namespace pinpipe
