#include "aws/msk_token.h"

#include <algorithm>
#include <array>

#include "aws/sigv4.h"
#include "base/ascii.h"
#include "base/base64.h"

namespace pinpipe::aws {
namespace {

constexpr const char* kService = "kafka-cluster";
constexpr unsigned kExpiresS = 900;
/// The broker logs it; it is not signed.
constexpr const char* kUserAgent = "&User-Agent=pinpipe";

// What stands before and behind the region; the last is of hosts with IPv6.
constexpr std::array<std::string_view, 2> kBefore{".kafka.", ".kafka-serverless."};
constexpr std::array<std::string_view, 3> kBehind{".amazonaws.com", ".amazonaws.com.cn",
                                                  ".api.aws"};

}  // namespace

MskToken msk_token(const Credentials& credentials, const std::string& region, std::time_t now) {
  const auto url = "https://kafka." + region + ".amazonaws.com/?Action=kafka-cluster%3AConnect";
  MskToken token;
  token.value =
      base64_url(presign(url, credentials, {kService, region}, now, kExpiresS) + kUserAgent);
  token.expires = now + kExpiresS;
  if (credentials.expires != 0) token.expires = std::min(token.expires, credentials.expires);
  return token;
}

std::string region_of_broker(std::string_view host) {
  const auto name = lower_case(host);
  for (const auto before : kBefore) {
    const size_t at = name.rfind(before);
    if (at == name.npos) continue;
    const auto rest = std::string_view(name).substr(at + before.size());
    const auto region = rest.substr(0, rest.find('.'));
    if (std::ranges::count(kBehind, rest.substr(region.size())) > 0) return std::string(region);
  }
  return "";
}

}  // namespace pinpipe::aws
