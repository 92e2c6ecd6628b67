#include "aws/sigv4.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <map>
#include <new>
#include <utility>

#include "aws/sha256.h"
#include "base/ascii.h"
#include "base/hex.h"
#include "base/percent_encoding.h"
#include "http/headers.h"

namespace pinpipe::aws {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr size_t kDigestSize = 32;

// What proxies and clients change on the way: SIGNED_HEADERS_BLACKLIST of botocore/auth.py.
constexpr std::string_view kUnsigned[] = {"baggage",    "connection",         "expect",
                                          "keep-alive", "proxy-authenticate", "proxy-authorization",
                                          "te",         "traceparent",        "tracestate",
                                          "trailer",    "transfer-encoding",  "upgrade",
                                          "user-agent", "x-amzn-trace-id"};

// ---- digests ----------------------------------------------------------------------------------

std::string hmac_sha256(std::string_view key, std::string_view text) {
  std::array<unsigned char, kDigestSize> digest{};
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(),
           nullptr) == nullptr)
    throw std::bad_alloc();  // HMAC can fail in no other way
  return {digest.begin(), digest.end()};
}

// ---- the canonical request --------------------------------------------------------------------

/// Without blanks around, and with one for each run of them.
std::string with_single_blanks(std::string_view value) {
  std::string result;
  for (const char c : value) {
    const bool blank = c == ' ' || c == '\t';
    if (!blank) {
      result += c;
    } else if (!result.empty() && result.back() != ' ') {
      result += ' ';
    }
  }
  if (result.ends_with(' ')) result.pop_back();
  return result;
}

/// Values by name in small letters, in order; those of one name are joined by commas.
using Headers = std::map<std::string, std::string>;

Headers canonical_headers(const std::vector<std::string>& headers) {
  Headers result;
  for (const std::string_view header : headers) {
    const size_t colon = header.find(':');
    auto name = lower_case(header.substr(0, colon));
    if (std::ranges::count(kUnsigned, name) > 0 || name == "authorization") continue;
    auto value = with_single_blanks(header.substr(colon + 1));
    const auto [at, is_new] = result.try_emplace(std::move(name), value);
    if (!is_new) at->second += "," + value;
  }
  return result;
}

void set_header(std::vector<std::string>& headers, const std::string& name,
                const std::string& value) {
  std::erase_if(headers, [&](const std::string& header) {
    return equal_but_for_case(http::header_name(header), name);
  });
  headers.push_back(name + ": " + value);
}

struct UrlParts {
  std::string host;
  std::string_view path, query;
};

/// The host as clients name it: in small letters, without the port that its scheme has anyway.
std::string host_header(std::string_view scheme, std::string_view host) {
  const std::string_view port = scheme == "https" ? ":443" : ":80";
  if (host.ends_with(port)) host.remove_suffix(port.size());
  return lower_case(host);
}

/// REQUIRES: `url` is http(s)://…
UrlParts split(std::string_view url) {
  assert(url.starts_with("http://") || url.starts_with("https://"));
  const auto scheme = url.substr(0, url.find("://"));
  url.remove_prefix(std::min(url.size(), scheme.size() + 3));
  const auto host = url.substr(0, url.find_first_of("/?"));
  url.remove_prefix(host.size());
  const auto path = url.substr(0, url.find('?'));
  url.remove_prefix(path.size());
  return {host_header(scheme, host), path, url.empty() ? url : url.substr(1)};
}

/// Without empty segments, '.' and '..' (RFC 3986, section 5.2.4).
std::string normalized_path(std::string_view path) {
  std::vector<std::string_view> segments;
  for (size_t begin = 0; begin < path.size();) {
    const size_t end = std::min(path.find('/', begin), path.size());
    const auto segment = path.substr(begin, end - begin);
    begin = end + 1;
    if (segment.empty() || segment == ".") continue;
    if (segment != "..") {
      segments.push_back(segment);
    } else if (!segments.empty()) {
      segments.pop_back();
    }
  }
  std::string result;
  for (const auto segment : segments) (result += '/') += segment;
  if (result.empty() || path.ends_with('/')) result += '/';
  return result;
}

/// S3 takes the path as it is sent; all others want that path encoded once more.
std::string canonical_path(std::string_view path, const SigningScope& service) {
  if (service.name == "s3") return path.empty() ? "/" : std::string(path);
  return percent_encoded(normalized_path(path), "/");
}

std::string canonical_query(std::string_view query) {
  std::vector<std::pair<std::string_view, std::string_view>> pairs;
  while (!query.empty()) {
    const auto pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    const size_t equals = std::min(pair.find('='), pair.size());
    pairs.emplace_back(pair.substr(0, equals), pair.substr(std::min(equals + 1, pair.size())));
  }
  std::ranges::sort(pairs);
  std::string result;
  for (const auto& [name, value] : pairs) {
    if (!result.empty()) result += '&';
    ((result += name) += '=') += value;
  }
  return result;
}

std::string signed_names(const Headers& headers) {
  std::string names;
  for (const auto& [name, value] : headers) (names += names.empty() ? "" : ";") += name;
  return names;
}

std::string canonical_request(const Unsigned& request, const Headers& headers,
                              const std::string& body_hash, const SigningScope& service) {
  const auto parts = split(request.url);
  std::string text(request.method);
  (text += '\n') += canonical_path(parts.path, service);
  (text += '\n') += canonical_query(parts.query);
  text += '\n';
  for (const auto& [name, value] : headers) (((text += name) += ':') += value) += '\n';
  return text + '\n' + signed_names(headers) + '\n' + body_hash;
}

// ---- the signature ----------------------------------------------------------------------------

/// 20261125T101500Z
std::string basic_time(std::time_t now) {
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &utc)};
}

std::string signature(const std::string& text, const std::string& secret_key,
                      const std::string& date, const SigningScope& service) {
  auto key = hmac_sha256("AWS4" + secret_key, date);
  for (const auto& part : {service.region, service.name, std::string("aws4_request")})
    key = hmac_sha256(key, part);
  return hex(hmac_sha256(key, text));
}

/// When something is signed, and for what: as both stand in a signature.
struct Scope {
  Scope(const SigningScope& of, std::time_t now)
      : service(of),
        time(basic_time(now)),
        date(time.substr(0, 8)),
        text(date + "/" + of.region + "/" + of.name + "/aws4_request") {}

  std::string sign(const std::string& canonical, const std::string& secret_key) const {
    return signature(
        std::string(kAlgorithm) + "\n" + time + "\n" + text + "\n" + sha256_hex(canonical),
        secret_key, date, service);
  }

  const SigningScope& service;
  std::string time;  // 20261125T101500Z
  std::string date;
  std::string text;  // DATE/REGION/SERVICE/aws4_request
};

}  // namespace

void sign(const Unsigned& request, const Credentials& credentials, const SigningScope& service,
          std::time_t now) {
  const Scope scope(service, now);
  const std::string body_hash =
      request.body_hash.empty() ? sha256_hex(request.body) : std::string(request.body_hash);
  auto& headers = request.headers;
  set_header(headers, "Host", split(request.url).host);
  set_header(headers, "X-Amz-Date", scope.time);
  if (service.name == "s3") set_header(headers, "X-Amz-Content-Sha256", body_hash);
  if (!credentials.session_token.empty())
    set_header(headers, "X-Amz-Security-Token", credentials.session_token);

  const auto canonical = canonical_headers(headers);
  const auto text = canonical_request(request, canonical, body_hash, service);
  set_header(headers, "Authorization",
             std::string(kAlgorithm) + " Credential=" + credentials.access_key + "/" + scope.text +
                 ", SignedHeaders=" + signed_names(canonical) +
                 ", Signature=" + scope.sign(text, credentials.secret_key));
}

std::string presign(std::string_view url, const Credentials& credentials,
                    const SigningScope& service, std::time_t now, unsigned expires_s) {
  const Scope scope(service, now);
  std::string result(url);
  const auto add = [&result](const char* name, const std::string& value) {
    result += result.find('?') == result.npos ? '?' : '&';
    ((result += name) += '=') += percent_encoded(value);
  };
  add("X-Amz-Algorithm", std::string(kAlgorithm));
  add("X-Amz-Credential", credentials.access_key + "/" + scope.text);
  add("X-Amz-Date", scope.time);
  add("X-Amz-Expires", std::to_string(expires_s));
  add("X-Amz-SignedHeaders", "host");
  if (!credentials.session_token.empty()) add("X-Amz-Security-Token", credentials.session_token);
  std::vector<std::string> headers{"Host: " + split(url).host};
  const auto text = canonical_request({"GET", result, headers, ""}, canonical_headers(headers),
                                      sha256_hex(""), service);
  add("X-Amz-Signature", scope.sign(text, credentials.secret_key));
  return result;
}

}  // namespace pinpipe::aws
