// Where requests go: URL, method and headers for each shape.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "delivery/credentials.h"
#include "delivery/request.h"
#include "delivery/transport.h"
#include "stream/error.h"

namespace pinpipe::delivery {

struct EndpointOptions {
  std::string url;          ///< BASE; "" is the Kinesis API, and takes no other requests
  std::string kinesis_url;  ///< where that is; "" is Amazon's own of `region`
  std::string region;       ///< "" is not known
  Result<Credentials> credentials = Error{"there are no AWS credentials", ""};
  std::vector<std::string> headers;  ///< go with each request, and win over ours of the same name
};

/// Errors: `url` is none, has a query, or has a password, which everybody could see in the list of
/// processes.
Status check_base_url(const std::string& url);

class Endpoint {
 public:
  /// Errors: those of check_base_url, of either URL; without a URL: no region, no credentials.
  static Result<Endpoint> create(EndpointOptions options);

  /// Whether requests of `shape` can be sent there.
  ndjson::Verdict takes(Shape shape) const;

  /// The HTTP request that carries `body` to the destination of `request`. `body` must outlive it.
  /// Errors: it is to be signed, and there are no credentials or no region.
  Result<HttpRequest> http_request(const Request& request, std::string_view body) const;

 private:
  explicit Endpoint(EndpointOptions options)
      : options_(std::move(options)), only_kinesis_(options_.url.empty()) {}

  EndpointOptions options_;
  bool only_kinesis_;
};

/// `name` as one segment of a path: RFC 3986, all but unreserved characters as %XX.
std::string percent_encoded(std::string_view name);

}  // namespace pinpipe::delivery
