#include "aws/sts.h"

#include <algorithm>
#include <vector>

#include "aws/service.h"
#include "aws/sigv4.h"
#include "aws/temporary_credentials.h"
#include "aws/xml.h"
#include "base/ascii.h"
#include "base/percent_encoding.h"
#include "stream/input.h"

namespace pinpipe::aws {
namespace {

constexpr int kStsTries = 3;
constexpr http::Milliseconds kStsTimeout{5000};
constexpr const char* kGlobalRegion = "aws-global";
constexpr const char* kGlobalUrl = "https://sts.amazonaws.com";
constexpr const char* kGlobalSigningRegion = "us-east-1";

using Parameters = std::vector<std::pair<std::string, std::string>>;

struct StsPlace {
  std::string url;
  std::string region;  // of the signature
};

StsPlace place_of(const Role& role, const Environment& environment) {
  const bool global = role.sts_region.empty() || role.sts_region == kGlobalRegion;
  StsPlace place{custom_url("sts", environment), global ? kGlobalSigningRegion : role.sts_region};
  if (place.url.empty()) place.url = global ? kGlobalUrl : amazon_url("sts", role.sts_region);
  while (place.url.ends_with('/')) place.url.pop_back();
  return place;
}

std::string form_of(const char* action, const Role& role, const Parameters& more) {
  std::string form = std::string("Action=") + action + "&Version=2011-06-15";
  Parameters all{{"RoleArn", role.arn}, {"RoleSessionName", role.session_name}};
  all.insert(all.end(), more.begin(), more.end());
  for (const auto& [name, value] : all) form += "&" + name + "=" + percent_encoded(value);
  return form;
}

http::Request sts_request(const StsPlace& place, std::string_view form) {
  http::Request request;
  request.method = "POST";
  request.url = place.url + "/";
  request.headers.push_back("Content-Type: application/x-www-form-urlencoded; charset=utf-8");
  request.body = form;
  request.timeout = kStsTimeout;
  return request;
}

/// What a reply has of keys, or of an error.
struct StsReply {
  Credentials credentials;
  std::string expiration;
  std::string code;
  std::string message;
};

StsReply parse_reply(const http::Reply& reply) {
  StsReply words;
  read_xml(reply.body, [&](std::string_view path, std::string_view text) {
    if (path.ends_with("Result/Credentials/AccessKeyId")) words.credentials.access_key = text;
    if (path.ends_with("Result/Credentials/SecretAccessKey")) words.credentials.secret_key = text;
    if (path.ends_with("Result/Credentials/SessionToken")) words.credentials.session_token = text;
    if (path.ends_with("Result/Credentials/Expiration")) words.expiration = text;
    if (path == "ErrorResponse/Error/Code") words.code = text;
    if (path == "ErrorResponse/Error/Message") words.message = text;
  });
  return words;
}

Refusal refusal_of(const http::Reply& reply, const StsReply& words, const std::string& address) {
  if (reply.status == 0) return refusal_of_network(Service::sts, reply, address);
  if (words.code.empty()) return refusal_of_stranger(Service::sts, reply, address);
  return refusal_of_error(Service::sts, words.code, words.message, reply.status);
}

Result<Credentials> credentials_in(const http::Reply& reply, const Role& role,
                                   const std::string& address) {
  auto words = parse_reply(reply);
  const auto expires = parse_time(words.expiration);
  auto& found = words.credentials;
  if (reply.status == 200 && !found.access_key.empty() && !found.secret_key.empty() && expires) {
    found.expires = *expires;
    return std::move(found);
  }
  const auto refusal = refusal_of(reply, words, address);
  return Error{"cannot assume the role '" + role.arn + "': " + refusal.reason, refusal.hint,
               refusal.may_pass};
}

/// Asks again where the error may pass. `prepare` makes the request anew, as its date is signed.
template <class Prepare>
Result<Credentials> ask_sts(const Role& role, const StsPlace& place,
                            const CredentialServers& servers, const Prepare& prepare) {
  for (int tries = 1;; ++tries) {
    auto found = credentials_in(servers.ask_sts(prepare()), role, place.url);
    if (found.ok() || !found.error().transient || tries == kStsTries) return found;
  }
}

Result<std::string> web_identity_token(const std::string& path) {
  const auto text = TRY(stream::read_whole(path));
  if (const auto token = trimmed(text, " \t\r\n"); !token.empty()) return std::string(token);
  return Error{"there is no token in '" + path + "'", ""};
}

}  // namespace

Result<Credentials> assume_role(const Role& role, const Credentials& source,
                                const Environment& environment, const CredentialServers& servers) {
  const auto place = place_of(role, environment);
  Parameters more;
  if (!role.external_id.empty()) more.emplace_back("ExternalId", role.external_id);
  const auto form = form_of("AssumeRole", role, more);
  return ask_sts(role, place, servers, [&] {
    auto request = sts_request(place, form);
    sign({request.method, request.url, request.headers, form}, source, {"sts", place.region},
         servers.now());
    return request;
  });
}

Result<Credentials> assume_role_with_web_identity(const Role& role, const std::string& token_file,
                                                  const Environment& environment,
                                                  const CredentialServers& servers) {
  const auto place = place_of(role, environment);
  const auto token = TRY(web_identity_token(token_file));
  const auto form = form_of("AssumeRoleWithWebIdentity", role, {{"WebIdentityToken", token}});
  return ask_sts(role, place, servers, [&] { return sts_request(place, form); });
}

}  // namespace pinpipe::aws
