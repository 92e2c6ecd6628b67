#include "delivery/endpoint.h"

#include <algorithm>

#include "aws/service.h"
#include "aws/sigv4.h"
#include "base/ascii.h"
#include "base/percent_encoding.h"
#include "http/headers.h"

namespace pinpipe::delivery {
namespace {

constexpr std::string_view kV3Path = "/v3/clusters/";
constexpr http::Milliseconds kQuestionTimeout{5000};

}  // namespace

Status check_base_url(const std::string& url) {
  const size_t scheme = url.starts_with("https://") ? 8 : url.starts_with("http://") ? 7 : 0;
  if (scheme == 0 || url.size() == scheme)
    return Error{"not a URL: '" + url + "'", "a URL is http://HOST[:PORT][/PATH], or https://…"};
  const auto host = url.substr(scheme, url.find('/', scheme) - scheme);
  if (host.find('@') != host.npos) {
    return Error{"the URL holds a password, which everybody can see",
                 "put 'Authorization: Basic …' into a file, and give --header-file"};
  }
  if (host.empty() || url.find_first_of("?# \t\r\n") != url.npos)
    return Error{"not a base for paths: '" + url + "'", "leave out what is behind the path"};
  return {};
}

Result<Endpoint> Endpoint::create(EndpointOptions options) {
  const bool only_kinesis = options.url.empty();
  const bool to_nowhere = only_kinesis && options.region.empty();
  const auto& base = only_kinesis ? options.kinesis_url : options.url;
  if (auto status = check_base_url(base); !to_nowhere && !status.ok()) return status.error();
  Endpoint endpoint(std::move(options));
  auto& url = endpoint.options_.url;
  if (only_kinesis) url = endpoint.options_.kinesis_url;
  while (url.ends_with('/')) url.pop_back();
  return endpoint;
}

Status Endpoint::check_route(Protocol protocol) const {
  if (!only_kinesis_) return {};
  if (wire::row_of(protocol).http.target.empty()) {
    const bool to_kafka = wire::row_of(protocol).service == wire::Service::kafka;
    return Error{to_kafka ? "no --url for Kafka requests" : "no --url for requests to a gateway",
                 to_kafka
                     ? "--url \"$KAFKA_REST_URL\" in a command behind kafka-up --, or the URL of "
                       "your REST proxy or gateway"
                     : "--url is that of its stage, https://…"};
  }
  if (const auto credentials = options_.credentials(); !credentials.ok()) {
    return Error{"without --url records go to Kinesis itself, but " + credentials.error().what,
                 credentials.error().hint};
  }
  if (options_.region.empty()) return aws::missing_region();
  return {};
}

Status Endpoint::takes(Protocol protocol) const {
  if (only_kinesis_) return {};
  const bool v3_url = options_.url.find(kV3Path) != std::string::npos;
  if (protocol == Protocol::kafka_v3 && !v3_url)
    return Error{"a record for REST v3 needs a --url with /v3/clusters/ID"};
  if (protocol != Protocol::kafka_v3 && v3_url)
    return Error{"no record for REST v3, which is at --url"};
  return {};
}

Result<http::Request> Endpoint::http_request(const Request& request, std::string_view body) const {
  const auto& protocol = wire::row_of(request.protocol).http;
  const bool to_kinesis = !protocol.target.empty();
  http::Request http;
  http.method = protocol.method;
  http.body = body;
  http.url = options_.url + std::string(protocol.before_name);
  if (!to_kinesis)
    http.url += percent_encoded(request.destination) + std::string(protocol.behind_name);
  http.headers = options_.headers;
  add("Content-Type", protocol.content_type, http);
  add("Accept", protocol.accept, http);
  add("X-Amz-Target", protocol.target, http);
  if (to_kinesis && !is_given("Authorization")) {
    TRY(sign(http));
  }
  return http;
}

std::optional<http::Request> Endpoint::topic_question(const Request& request) const {
  const auto& protocol = wire::row_of(request.protocol);
  if (protocol.service != Service::kafka) return std::nullopt;
  http::Request http;
  http.method = "GET";
  http.url =
      options_.url + std::string(protocol.http.before_name) + percent_encoded(request.destination);
  http.headers = options_.headers;
  add("Accept", protocol.http.accept, http);
  http.timeout = kQuestionTimeout;
  return http;
}

/// A header that is neither empty nor the user's.
void Endpoint::add(std::string_view name, std::string_view value, http::Request& to) const {
  if (!value.empty() && !is_given(name))
    to.headers.push_back(std::string(name) + ": " + std::string(value));
}

bool Endpoint::is_given(std::string_view name) const {
  return std::ranges::any_of(options_.headers, [&](const auto& header) {
    return equal_but_for_case(http::header_name(header), name);
  });
}

Status Endpoint::sign(http::Request& http) const {
  const auto credentials = TRY(options_.credentials());
  if (options_.region.empty()) return aws::missing_region();
  aws::sign({http.method, http.url, http.headers, http.body}, credentials,
            {"kinesis", options_.region}, options_.unix_time());
  return {};
}

}  // namespace pinpipe::delivery
