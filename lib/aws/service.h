// What the clients of all services of AWS have in common: where it is, who we are, and how often it
// is tried.
#pragma once

#include <algorithm>
#include <ctime>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "aws/credentials.h"
#include "aws/refusal.h"
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

/// Endpoint, region and number of tries of `service`, as the AWS tools find them:
/// AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, AWS_REGION …, AWS_MAX_ATTEMPTS. Errors: a variable that
/// has no such value.
Result<ServiceOptions> service_options(Service service, const Environment& environment);

/// No region is set, and one is needed.
Error missing_region();

/// A transport's, with the certificates of AWS_CA_BUNDLE and so many connections.
http::CurlOptions curl_options(const Environment& environment, unsigned connections);

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

/// Amazon's own host of `service`, https.
std::string amazon_url(const std::string& service, const std::string& region);

/// The variable that says where `service` is: "AWS_ENDPOINT_URL_S3" of "s3" or "S3".
std::string url_variable(const std::string& service);

/// Where `service` is instead: AWS_ENDPOINT_URL_S3 of "s3", else AWS_ENDPOINT_URL; "" without.
std::string custom_url(const std::string& service, const Environment& environment);

/// The URL of `service` ("kinesis"), as the AWS tools find it: AWS_ENDPOINT_URL_KINESIS, else
/// AWS_ENDPOINT_URL, else Amazon's own host in `region`. "" where that is needed and `region` is
/// "".
std::string service_url(const std::string& service, const std::string& region,
                        const Environment& environment);

}  // namespace pinpipe::aws
