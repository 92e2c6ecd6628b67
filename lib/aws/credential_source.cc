#include "aws/credential_source.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "aws/child.h"
#include "aws/service.h"
#include "http/curl_transport.h"

namespace pinpipe::aws {
namespace {

constexpr std::time_t kBeforeTheEnd = 15 * 60;  // botocore: _DEFAULT_ADVISORY_REFRESH_TIMEOUT
constexpr std::time_t kNotAgainFor = 60;
constexpr std::time_t kTransientNotAgainFor = 5;
constexpr std::time_t kAtOnce = 2;  // the second that has begun, and one to be used in

Result<std::string> output_of(const std::string& command) {
  std::string output;
  TRY(run_child({"sh", "-c", command}, [&](std::string_view line) { (output += line) += '\n'; }));
  return output;
}

http::Reply reply_to(const http::Request& request, const http::CurlOptions& options) {
  auto transport = http::CurlTransport::create(options);
  if (!transport.ok()) {
    http::Reply reply;
    reply.failure = transport.error().what;
    reply.failure_hint = transport.error().hint;
    reply.failed_for_good = true;
    return reply;
  }
  (*transport)->start(0, request);
  for (;;) {
    auto arrivals = (*transport)->wait(std::nullopt);
    if (!arrivals.empty()) return std::move(arrivals.front().reply);
  }
}

/// When to look again for what was found: before its end, but not all the time where that is near,
/// or is over by our clock, which may be wrong.
std::time_t next_look(const Credentials& found, std::time_t now) {
  if (found.expires == 0) return std::numeric_limits<std::time_t>::max();
  const auto left = found.expires - now;
  if (left <= 0) return now + kTransientNotAgainFor;
  const auto soon = std::min(kNotAgainFor, std::max<std::time_t>(1, left / 2));
  return std::max(now + soon, found.expires - kBeforeTheEnd);
}

}  // namespace

CredentialServers process_servers() {
  http::CurlOptions local;
  local.proxy = false;
  CredentialServers servers;
  servers.run = output_of;
  servers.ask = [local](const http::Request& request) { return reply_to(request, local); };
  servers.ask_sts = [](const http::Request& request) {
    return reply_to(request, curl_options(process_environment(), 1));
  };
  return servers;
}

bool end_at_once(const Credentials& credentials, std::time_t now) {
  return credentials.expires != 0 && credentials.expires - now < kAtOnce;
}

CredentialSource::CredentialSource(std::function<Result<Credentials>()> find,
                                   std::function<void(const Credentials&)> on_new,
                                   std::function<std::time_t()> now)
    : find_(std::move(find)), on_new_(std::move(on_new)), now_(std::move(now)) {}

CredentialSource::CredentialSource(const Environment& environment, const CredentialServers& servers,
                                   std::function<void(const Credentials&)> on_new)
    : CredentialSource([=] { return find_credentials(environment, servers); }, std::move(on_new),
                       servers.now) {}

Result<Credentials> CredentialSource::get() {
  const MutexLock lock(mutex_);
  if (known_ && now_() < look_at_) return *known_;
  auto found = find_();
  const auto now = now_();  // to look may have taken a while
  if (found.ok()) {
    if (on_new_) on_new_(found.value());
    look_at_ = next_look(found.value(), now);
  } else {
    look_at_ = now + (found.error().transient ? kTransientNotAgainFor : kNotAgainFor);
    if (known_ && known_->ok() && !end_at_once(known_->value(), now)) {
      look_at_ = std::min(look_at_, known_->value().expires - kAtOnce + 1);
      return *known_;
    }
  }
  known_ = std::move(found);
  return *known_;
}

std::shared_ptr<CredentialSource> process_credentials(
    std::function<void(const Credentials&)> on_new) {
  return std::make_shared<CredentialSource>(process_environment(), process_servers(),
                                            std::move(on_new));
}

}  // namespace pinpipe::aws
