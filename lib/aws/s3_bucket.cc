#include "aws/s3_bucket.h"

#include <algorithm>
#include <chrono>
#include <random>
#include <utility>

#include "aws/credential_source.h"
#include "aws/service.h"

namespace pinpipe::aws {
namespace {

// A large object takes as long as it takes, while bytes come through.
constexpr http::Milliseconds kLongest = std::chrono::hours(24);
constexpr http::Milliseconds kSilence = std::chrono::seconds(30);

}  // namespace

Result<S3Url> parse_s3_url(const std::string& url) {
  const auto name = url.starts_with(kS3Scheme) ? url.substr(kS3Scheme.size()) : "";
  const size_t slash = std::min(name.find('/'), name.size());
  if (slash == 0) {
    return Error{"no bucket in '" + url + "'", "buckets are s3://BUCKET[/PREFIX]"};
  }
  return S3Url{name.substr(0, slash), slash == name.size() ? "" : name.substr(slash + 1)};
}

Result<std::unique_ptr<S3Bucket>> S3Bucket::open(const std::string& name,
                                                 const Environment& environment) {
  auto options = TRY(s3_options(name, environment));
  options.credentials = [source = std::make_shared<CredentialSource>(
                             environment, process_servers())] { return source->get(); };
  options.seed = std::random_device()();
  auto curl = curl_options(environment, options.parallel);
  curl.timeout = kLongest;
  curl.silence = kSilence;
  auto transport = TRY(http::CurlTransport::create(std::move(curl)));
  return std::unique_ptr<S3Bucket>(new S3Bucket(std::move(options), std::move(transport)));
}

}  // namespace pinpipe::aws
