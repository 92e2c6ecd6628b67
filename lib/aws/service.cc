#include "aws/service.h"

#include <charconv>

#include "aws/endpoint.h"
#include "http/headers.h"
#include "json/plain_words.h"

namespace pinpipe::aws {
namespace {

/// Before there was any answer, a wrong address is likelier than an outage.
constexpr unsigned kFirstRetries = 3;

Result<unsigned> max_attempts(const std::string& text) {
  unsigned attempts = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), attempts);
  if (error == std::errc() && end == text.data() + text.size() && attempts > 0) return attempts;
  return Error{"AWS_MAX_ATTEMPTS is not a number of tries: '" + text + "'", "1 or more"};
}

std::string endpoint_hint(const std::string& service) {
  return "is " + url_variable(service) + ", or AWS_ENDPOINT_URL, the address of " +
         (service.starts_with('S') ? "an " : "a ") + service +
         " that is up? Without them it is Amazon's, in the region of AWS_REGION";
}

}  // namespace

Result<ServiceOptions> service_options(const std::string& service, const Environment& environment) {
  ServiceOptions options;
  options.endpoint = custom_url(service, environment);
  if (!options.endpoint.empty() && !options.endpoint.starts_with("http://") &&
      !options.endpoint.starts_with("https://")) {
    return Error{
        "the endpoint of " + service + " is not a URL: '" + options.endpoint + "'",
        url_variable(service) + " and AWS_ENDPOINT_URL are http://HOST[:PORT], or https://…"};
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

bool passes_by_status(int status) {
  return status == 429 || status == 500 || (status >= 502 && status <= 504);
}

std::optional<http::Milliseconds> wait_before_retry(const Refusal& refusal,
                                                    const http::Reply& reply, bool answered,
                                                    http::Milliseconds since,
                                                    http::Backoff& backoff) {
  if (!refusal.may_pass || (!answered && backoff.failures() >= kFirstRetries)) return std::nullopt;
  return backoff.failed(since, http::retry_after(reply.retry_after, reply.date));
}

Refusal refusal_of_network(const http::Reply& reply, const std::string& address,
                           const std::string& service) {
  Refusal refusal;
  refusal.reason = "no answer from " + address + ": " + json::plain_words(reply.failure);
  refusal.hint = reply.failed_for_good ? reply.failure_hint : endpoint_hint(service);
  refusal.may_pass = !reply.failed_for_good;
  refusal.answered = false;
  return refusal;
}

Refusal refusal_of_stranger(const http::Reply& reply, const std::string& address,
                            const std::string& service) {
  Refusal refusal;
  const auto words = json::plain_words(reply.body, 100);
  refusal.reason = address + " does not answer as " + service + " does: HTTP " +
                   std::to_string(reply.status) +
                   (words.empty() ? ", without a word" : ": " + words);
  refusal.hint = endpoint_hint(service);
  refusal.may_pass = passes_by_status(reply.status);
  refusal.answered = false;
  return refusal;
}

}  // namespace pinpipe::aws
