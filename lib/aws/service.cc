#include "aws/service.h"

#include "base/ascii.h"
#include "base/number.h"
#include "http/headers.h"

namespace pinpipe::aws {
namespace {

/// Before there was any answer, a wrong address is likelier than an outage.
constexpr unsigned kFirstRetries = 3;

Result<unsigned> max_attempts(const std::string& text) {
  if (const auto attempts = to_number<unsigned>(text); attempts && *attempts > 0) return *attempts;
  return Error{"AWS_MAX_ATTEMPTS is not a number of tries: '" + text + "'", "1 or more"};
}

}  // namespace

Result<ServiceOptions> service_options(Service service, const Environment& environment) {
  const std::string name = name_of(service);
  ServiceOptions options;
  options.endpoint = custom_url(name, environment);
  if (!options.endpoint.empty() && !options.endpoint.starts_with("http://") &&
      !options.endpoint.starts_with("https://")) {
    return Error{"the endpoint of " + name + " is not a URL: '" + options.endpoint + "'",
                 url_variable(name) + " and AWS_ENDPOINT_URL are http://HOST[:PORT], or https://…"};
  }
  while (options.endpoint.ends_with('/')) options.endpoint.pop_back();
  options.region = find_region(environment);
  if (const auto text = environment("AWS_MAX_ATTEMPTS")) {
    const auto attempts = TRY(max_attempts(*text));
    options.retry.retries = attempts - 1;
  }
  return options;
}

Error missing_region() {
  return {"no AWS region is set", "set AWS_REGION, or 'region' in ~/.aws/config"};
}

http::CurlOptions curl_options(const Environment& environment, unsigned connections) {
  http::CurlOptions options;
  options.ca_file = environment("AWS_CA_BUNDLE").value_or("");
  options.ca_setting = "AWS_CA_BUNDLE";
  options.connections = connections;
  return options;
}

std::optional<http::Milliseconds> wait_before_retry(const Refusal& refusal,
                                                    const http::Reply& reply, bool answered,
                                                    http::Milliseconds since,
                                                    http::Backoff& backoff) {
  if (!refusal.may_pass || (!answered && backoff.failures() >= kFirstRetries)) return std::nullopt;
  return backoff.failed(since, http::retry_after(reply.retry_after, reply.date));
}

std::string url_variable(const std::string& service) {
  return "AWS_ENDPOINT_URL_" + upper_case(service);
}

// That of China is in a domain of its own.
std::string amazon_url(const std::string& service, const std::string& region) {
  const std::string suffix = region.starts_with("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com";
  return "https://" + service + "." + region + suffix;
}

std::string custom_url(const std::string& service, const Environment& environment) {
  if (auto url = environment(url_variable(service))) return *url;
  return environment("AWS_ENDPOINT_URL").value_or("");
}

std::string service_url(const std::string& service, const std::string& region,
                        const Environment& environment) {
  if (auto url = custom_url(service, environment); !url.empty()) return url;
  return region.empty() ? "" : amazon_url(service, region);
}

}  // namespace pinpipe::aws
