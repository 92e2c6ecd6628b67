// A bucket of S3 by its URL: who we are there and how it is reached, from the environment.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "aws/credentials.h"
#include "aws/s3_client.h"
#include "base/status.h"
#include "http/curl_transport.h"

namespace pinpipe::aws {

inline constexpr std::string_view kS3Scheme = "s3://";

/// s3://BUCKET[/KEY]
struct S3Url {
  std::string bucket;
  std::string key;  ///< without a '/' at its start; "" without
};

/// Errors: it is none, or names no bucket.
Result<S3Url> parse_s3_url(const std::string& url);

class S3Bucket {
 public:
  /// Errors: a variable that has no such value, a file of certificates that cannot be read.
  static Result<std::unique_ptr<S3Bucket>> open(const std::string& name,
                                                const Environment& environment);

  S3Client& client() { return client_; }

 private:
  S3Bucket(S3Options options, std::unique_ptr<http::CurlTransport> transport)
      : transport_(std::move(transport)), client_(std::move(options), *transport_) {}

  std::unique_ptr<http::CurlTransport> transport_;
  S3Client client_;
};

}  // namespace pinpipe::aws
