#include "aws/credential_source.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "aws/child.h"
#include "http/curl_transport.h"

namespace pinpipe::aws {
namespace {

constexpr std::time_t kBeforeTheEnd = 15 * 60;  // botocore: _DEFAULT_ADVISORY_REFRESH_TIMEOUT
constexpr std::time_t kNotAgainFor = 60;

Result<std::string> output_of(const std::string& command) {
  std::string output;
  auto status =
      run_child({"sh", "-c", command}, [&](std::string_view line) { (output += line) += '\n'; });
  if (!status.ok()) return status.error();
  return output;
}

http::Reply reply_to(const http::Request& request) {
  http::CurlOptions options;
  options.proxy = false;
  auto transport = http::CurlTransport::create(options);
  if (!transport.ok()) return {};
  (*transport)->start(0, request);
  for (;;) {
    auto arrivals = (*transport)->wait(std::nullopt);
    if (!arrivals.empty()) return std::move(arrivals.front().reply);
  }
}

}  // namespace

CredentialServers local_servers() { return {output_of, reply_to}; }

CredentialSource::CredentialSource(Environment environment, CredentialServers servers,
                                   std::function<void(const Credentials&)> on_new,
                                   std::function<std::time_t()> now)
    : environment_(std::move(environment)),
      servers_(std::move(servers)),
      on_new_(std::move(on_new)),
      now_(std::move(now)) {}

Result<Credentials> CredentialSource::get() {
  const MutexLock lock(mutex_);
  const auto now = now_();
  if (known_ && now < look_at_) return *known_;
  auto found = find_credentials(environment_, servers_);
  look_at_ = now + kNotAgainFor;
  const bool still_good = known_ && known_->ok() && now < known_->value().expires;
  if (!found.ok() && still_good) return *known_;
  if (found.ok()) {
    const auto& credentials = found.value();
    if (on_new_) on_new_(credentials);
    look_at_ = credentials.expires == 0 ? std::numeric_limits<std::time_t>::max()
                                        : std::max(look_at_, credentials.expires - kBeforeTheEnd);
  }
  known_ = std::move(found);
  return *known_;
}

std::shared_ptr<CredentialSource> process_credentials(
    std::function<void(const Credentials&)> on_new) {
  return std::make_shared<CredentialSource>(process_environment(), local_servers(),
                                            std::move(on_new));
}

}  // namespace pinpipe::aws
