#include "aws/temporary_credentials.h"

#include <algorithm>
#include <cstring>
#include <ctime>

#include "json/object.h"
#include "json/plain_words.h"
#include "stream/input.h"

namespace pinpipe::aws {
namespace {

constexpr http::Milliseconds kContainerTimeout{2000};
constexpr int kContainerTries = 3;
constexpr http::Milliseconds kInstanceTimeout{1000};
constexpr const char* kRolePath = "/latest/meta-data/iam/security-credentials/";

/// Nothing where `json` has none. Containers and instances call the token Token, commands
/// SessionToken.
std::optional<Credentials> read_credentials(std::string_view json) {
  json::Object all;
  if (!all.read(json)) return std::nullopt;
  Credentials credentials{all.text({"AccessKeyId"}), all.text({"SecretAccessKey"}),
                          all.text({"SessionToken", "Token"})};
  if (credentials.access_key.empty() || credentials.secret_key.empty()) return std::nullopt;
  if (const auto text = all.text({"Expiration"}); !text.empty()) {
    const auto time = parse_time(text);
    if (!time) return std::nullopt;
    credentials.expires = *time;
  }
  return credentials;
}

// ---- containers ---------------------------------------------------------------------------------

/// Whether keys may be asked of `url`: by TLS of anybody, else of this machine and of what Amazon
/// has at its side.
bool is_own(const std::string& url) {
  if (url.starts_with("https://")) return true;
  constexpr std::string_view kScheme = "http://";
  if (!url.starts_with(kScheme)) return false;
  auto host = url.substr(kScheme.size());
  host = host.substr(0, host.find_first_of("/?"));
  host = host.substr(0, host.starts_with('[') ? host.find(']') + 1 : host.find(':'));
  constexpr std::string_view kHosts[] = {"localhost",     "127.0.0.1",      "[::1]",
                                         "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"};
  return std::ranges::find(kHosts, std::string_view(host)) != std::end(kHosts);
}

/// What the Authorization header is to be; "" without.
Result<std::string> container_token(const Environment& environment) {
  const auto path = environment("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
  const auto token = path ? TRY(stream::read_whole(*path))
                          : environment("AWS_CONTAINER_AUTHORIZATION_TOKEN").value_or("");
  if (token.find_first_of("\r\n") == token.npos) return token;
  return Error{"the authorization token of the container has a line break", ""};
}

}  // namespace

std::optional<std::time_t> parse_time(const std::string& text) {
  std::tm utc{};
  const char* rest = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &utc);
  if (rest == nullptr) return std::nullopt;
  if (*rest == '.') rest += 1 + std::strspn(rest + 1, "0123456789");
  std::tm zone{};
  const bool ahead = *rest == '+';
  const std::time_t time = timegm(&utc);
  if (*rest == 'Z' || *rest == '\0') return time;
  if ((!ahead && *rest != '-') || strptime(rest + 1, "%H:%M", &zone) == nullptr)
    return std::nullopt;
  const std::time_t offset = 3600 * zone.tm_hour + 60 * zone.tm_min;
  return ahead ? time - offset : time + offset;
}

Result<Credentials> process_credentials_of(const std::string& command,
                                           const CredentialServers& servers) {
  const auto output = servers.run(command);
  if (!output.ok()) return Error{"credential_process: " + output.error().what, ""};
  const auto credentials = read_credentials(output.value());
  json::Object said;
  if (credentials && said.read(output.value()) && said.text({"Version"}) == "1")
    return *credentials;
  return Error{
      "credential_process does not print credentials of version 1",
      "see https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sourcing-external.html"};
}

Result<std::optional<Credentials>> container_credentials(const Environment& environment,
                                                         const CredentialServers& servers) {
  const auto relative = environment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  const auto full = environment("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (!relative && !full) return std::optional<Credentials>();
  http::Request request;
  request.method = "GET";
  request.url = relative ? "http://169.254.170.2" + *relative : *full;
  request.timeout = kContainerTimeout;
  if (!is_own(request.url)) {
    return Error{"AWS_CONTAINER_CREDENTIALS_FULL_URI is neither https nor of this machine: '" +
                     request.url + "'",
                 ""};
  }
  const auto token = TRY(container_token(environment));
  request.headers.push_back("Accept: application/json");
  if (!token.empty()) request.headers.push_back("Authorization: " + token);
  http::Reply reply;
  for (int tries = 0; tries < kContainerTries; ++tries) {
    reply = servers.ask(request);
    const auto credentials = read_credentials(reply.body);
    if (reply.status == 200 && credentials) return credentials;
  }
  const auto why = reply.status == 0 ? reply.failure : "HTTP " + std::to_string(reply.status);
  return Error{
      "no AWS credentials from the container's " + request.url + ": " + json::plain_words(why), ""};
}

std::optional<Credentials> instance_credentials(const Environment& environment,
                                                const CredentialServers& servers) {
  const auto disabled = environment("AWS_EC2_METADATA_DISABLED").value_or("");
  if (disabled == "true" || disabled == "True" || disabled == "TRUE") return std::nullopt;
  const bool ipv6 = environment("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE").value_or("") == "ipv6";
  auto base = environment("AWS_EC2_METADATA_SERVICE_ENDPOINT")
                  .value_or(ipv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254");
  while (base.ends_with('/')) base.pop_back();
  const auto ask = [&](const char* method, const std::string& path, const std::string& header) {
    http::Request request;
    request.method = method;
    request.url = base + path;
    request.timeout = kInstanceTimeout;
    request.headers.push_back(header);
    return servers.ask(request);
  };
  const auto token = ask("PUT", "/latest/api/token", "x-aws-ec2-metadata-token-ttl-seconds: 21600");
  if (token.status != 200) return std::nullopt;
  const auto header = "x-aws-ec2-metadata-token: " + token.body;
  auto role = ask("GET", kRolePath, header);
  if (role.status != 200 || role.body.empty()) return std::nullopt;
  role.body = role.body.substr(0, role.body.find_first_of("\r\n"));
  const auto reply = ask("GET", kRolePath + role.body, header);
  return reply.status == 200 ? read_credentials(reply.body) : std::nullopt;
}

}  // namespace pinpipe::aws
