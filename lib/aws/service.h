// What the clients of all services of AWS have in common: where it is, who we are, how often it is
// tried, and what a reply means that is not the service's own.
#pragma once

#include <algorithm>
#include <ctime>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "aws/credentials.h"
#include "base/status.h"
#include "http/backoff.h"
#include "http/curl_transport.h"
#include "http/transport.h"

namespace pinpipe::aws {

struct ServiceOptions {
  std::string endpoint;  ///< http(s)://HOST[:PORT], without a slash at its end; "" is Amazon's own
  std::string region;    ///< "" where nothing says it
  http::RetryOptions retry;
  uint64_t seed = 0;  ///< of the jitter
  std::function<Result<Credentials>()> credentials;
  std::function<http::TimePoint()> now = http::Clock::now;
  std::function<std::time_t()> unix_time = [] { return std::time(nullptr); };
};

/// Endpoint, region and number of tries of `service` ("S3"), as the AWS tools find them:
/// AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, AWS_REGION …, AWS_MAX_ATTEMPTS. Errors: a variable that
/// has no such value.
Result<ServiceOptions> service_options(const std::string& service, const Environment& environment);

/// No region is set, and one is needed.
Error missing_region();

/// A transport's, with the certificates of AWS_CA_BUNDLE and so many connections.
http::CurlOptions curl_options(const Environment& environment, unsigned connections);

/// What to do about refusals that all services have.
inline constexpr const char* kClockHint =
    "the clock of this machine and the server's differ: see timedatectl";
inline constexpr const char* kSessionHint =
    "the session has expired: get new credentials, and run this again";
inline constexpr const char* kSecretHint =
    "the secret is not that of the key: see to AWS_SECRET_ACCESS_KEY or AWS_PROFILE";

/// Why a request was refused.
struct Refusal {
  std::string reason;  ///< one line, the server's code and words
  std::string hint;
  bool may_pass = false;  ///< another try may succeed
  bool answered = true;   ///< by the service, not by the network or something else
};

/// Whether a status of HTTP may pass, as botocore has it.
bool passes_by_status(int status);

/// How long to wait before a call that was refused is tried again, for `since` it was sent first;
/// nothing: it is given up. `answered`: the service has answered some call. Counts the failure.
std::optional<http::Milliseconds> wait_before_retry(const Refusal& refusal,
                                                    const http::Reply& reply, bool answered,
                                                    http::Milliseconds since,
                                                    http::Backoff& backoff);

/// From `now` until the first of `waiting`, by when they are due; nothing where none waits.
template <class Call>
std::optional<http::Milliseconds> wait_for_first(
    const std::multimap<http::TimePoint, Call>& waiting, http::TimePoint now) {
  if (waiting.empty()) return std::nullopt;
  return std::max(http::Milliseconds(0),
                  std::chrono::ceil<http::Milliseconds>(waiting.begin()->first - now));
}

/// No reply. REQUIRES: reply.status == 0. `address` is where it was to come from.
Refusal refusal_of_network(const http::Reply& reply, const std::string& address,
                           const std::string& service);

/// A reply that is not one of `service`.
Refusal refusal_of_stranger(const http::Reply& reply, const std::string& address,
                            const std::string& service);

}  // namespace pinpipe::aws
