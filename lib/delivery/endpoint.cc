#include "delivery/endpoint.h"

#include <algorithm>

#include "delivery/headers.h"

namespace pinpipe::delivery {
namespace {

using ndjson::Fault;

constexpr std::string_view kV3Path = "/v3/clusters/";

/// Amazon's own host for the Kinesis API.
std::string amazon_url(const std::string& region) {
  const std::string suffix = region.starts_with("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com";
  return "https://kinesis." + region + suffix;
}

Error no_region() {
  return {"no AWS region is set", "set AWS_REGION, or 'region' in ~/.aws/config"};
}

}  // namespace

Status check_base_url(const std::string& url) {
  const auto fault = [&](const std::string& what, const std::string& hint) {
    return Error{"URL " + what, hint};
  };
  const size_t scheme = url.starts_with("https://") ? 8 : url.starts_with("http://") ? 7 : 0;
  if (scheme == 0 || url.size() == scheme)
    return fault("is no URL: '" + url + "'", "a URL is http://HOST[:PORT][/PATH], or https://…");
  const auto host = url.substr(scheme, url.find('/', scheme) - scheme);
  if (host.find('@') != host.npos) {
    return fault("holds a password, which everybody can see",
                 "put 'Authorization: Basic …' into a file, and give --header-file");
  }
  if (host.empty() || url.find_first_of("?# \t\r\n") != url.npos)
    return fault("is no base for paths: '" + url + "'", "leave out what is behind the path");
  return {};
}

std::string percent_encoded(std::string_view name) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool letter = ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c >= '0' && c <= '9');
    if (letter || c == '-' || c == '.' || c == '_' || c == '~') {
      encoded += c;
    } else {
      encoded += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return encoded;
}

Result<Endpoint> Endpoint::create(EndpointOptions options) {
  const bool only_kinesis = options.url.empty();
  if (only_kinesis && !options.credentials.ok()) {
    return Error{
        "without --url records go to Kinesis itself, but " + options.credentials.error().what,
        options.credentials.error().hint};
  }
  if (only_kinesis && options.region.empty()) return no_region();
  if (options.kinesis_url.empty()) options.kinesis_url = amazon_url(options.region);
  if (auto status = check_base_url(only_kinesis ? options.kinesis_url : options.url); !status.ok())
    return status.error();
  Endpoint endpoint(std::move(options));
  auto& url = endpoint.options_.url;
  if (only_kinesis) url = endpoint.options_.kinesis_url;
  while (url.ends_with('/')) url.pop_back();
  return endpoint;
}

ndjson::Verdict Endpoint::takes(Shape shape) const {
  const bool v3_url = options_.url.find(kV3Path) != std::string::npos;
  if (shape == Shape::kafka_v3 && !v3_url)
    return Fault{"a record for REST v3 needs a --url with /v3/clusters/ID"};
  if (shape != Shape::kafka_v3 && v3_url) return Fault{"no record for REST v3, which is at --url"};
  if (only_kinesis_ && facts(shape).target.empty())
    return Fault{"no request of the Kinesis API, and there is no --url to send others to"};
  return std::nullopt;
}

Result<HttpRequest> Endpoint::http_request(const Request& request, std::string_view body) const {
  const auto& shape = facts(request.shape);
  HttpRequest http;
  http.method = shape.method;
  http.body = body;
  http.url = options_.url + std::string(shape.before_name);
  http.sign = !shape.target.empty();
  if (!http.sign) http.url += percent_encoded(request.destination) + std::string(shape.behind_name);
  http.headers = options_.headers;
  const auto add = [&](std::string_view name, std::string_view value) {
    const bool given = std::ranges::any_of(
        options_.headers, [&](const auto& header) { return same_name(header_name(header), name); });
    if (!given && !value.empty())
      http.headers.push_back(std::string(name) + ": " + std::string(value));
  };
  add("Content-Type", shape.content_type);
  add("Accept", shape.accept);
  add("X-Amz-Target", shape.target);
  if (!http.sign) return http;
  if (!options_.credentials.ok()) return options_.credentials.error();
  if (options_.region.empty()) return no_region();
  add("X-Amz-Security-Token", options_.credentials.value().session_token);
  return http;
}

}  // namespace pinpipe::delivery
