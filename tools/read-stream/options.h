// What read-stream was asked for: as it was typed, and what that means.
#pragma once

#include <string>
#include <vector>

#include "aws/service.h"
#include "aws/stream_reader.h"
#include "base/status.h"
#include "cli/flags.h"
#include "http/curl_transport.h"

namespace pinpipe {

enum class Start : uint8_t { oldest, latest };

struct ReadFlags {
  bool follow = false;
  bool once = false;  ///< which is what it does without --follow
  std::string state;
  Start from = Start::oldest;
  cli::Milliseconds timeout = 60 * cli::kSecond;
};

struct ReadRun {
  aws::StreamReaderOptions reader;
  aws::ServiceOptions service;
  http::CurlOptions curl;
  std::string state;
};

/// REQUIRES: `to` outlives the parsing.
void declare(cli::Flags& flags, ReadFlags& to);

/// Whether `words` are one stream. Errors: misuse.
Status check(const std::vector<std::string>& words);

/// What the flags and the environment come to. Errors: no region, a variable that has no such
/// value. REQUIRES: check(words).ok()
Result<ReadRun> resolve(const ReadFlags& flags, const std::vector<std::string>& words);

}  // namespace pinpipe
