#include "aws/endpoint.h"

#include "base/ascii.h"

namespace pinpipe::aws {

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
