// Where requests go: URL, method and headers for each protocol.
#pragma once

#include <ctime>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "aws/credentials.h"
#include "base/status.h"
#include "delivery/request.h"
#include "http/transport.h"

namespace pinpipe::delivery {

struct EndpointOptions {
  std::string url;          ///< BASE; "" is the Kinesis API, and takes no other requests
  std::string kinesis_url;  ///< where that is; not asked for with `url`
  std::string region;       ///< "" is not known
  /// Called for each request that is to be signed, from any thread.
  std::function<Result<aws::Credentials>()> credentials = [] {
    return Result<aws::Credentials>(Error{"there are no AWS credentials", ""});
  };
  std::vector<std::string> headers;  ///< go with each request, and win over ours of the same name
  std::function<std::time_t()> unix_time = [] { return std::time(nullptr); };  ///< of signatures
};

/// Errors: `url` is none, has a query, or has a password, which everybody could see in the list of
/// processes.
Status check_base_url(const std::string& url);

class Endpoint {
 public:
  /// Errors: those of check_base_url, of either URL.
  static Result<Endpoint> create(EndpointOptions options);

  /// Whether there is a way for requests of `protocol`. Errors: without a URL, all shapes but those
  /// of the Kinesis API, and these without credentials or region.
  Status check_route(Protocol protocol) const;

  /// Whether what is at the URL takes requests of `protocol`.
  Status takes(Protocol protocol) const;

  /// The HTTP request that carries `body` to the destination of `request`. `body` must outlive it.
  /// Errors: it is to be signed, and there are no credentials or no region.
  Result<http::Request> http_request(const Request& request, std::string_view body) const;

  /// The question whether the topic of `request` is there. Nothing where it has none.
  std::optional<http::Request> topic_question(const Request& request) const;

 private:
  explicit Endpoint(EndpointOptions options)
      : options_(std::move(options)), only_kinesis_(options_.url.empty()) {}

  void add(std::string_view name, std::string_view value, http::Request& to) const;
  bool is_given(std::string_view header) const;
  Status sign(http::Request& http) const;

  EndpointOptions options_;
  bool only_kinesis_;
};

}  // namespace pinpipe::delivery
