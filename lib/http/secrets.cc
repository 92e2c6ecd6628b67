#include "http/secrets.h"

#include <algorithm>

#include "json/string.h"

namespace pinpipe::http {
namespace {

constexpr size_t kShortestSecret = 6;

}  // namespace

void Secrets::add(std::string_view secret) {
  if (secret.size() < kShortestSecret) return;
  const MutexLock lock(mutex_);
  all_.emplace_back(secret);
  auto quoted = json::quoted(secret);
  quoted = quoted.substr(1, quoted.size() - 2);
  if (quoted != secret) all_.push_back(std::move(quoted));
  // The longest first: one may be the start of another.
  std::ranges::sort(all_, [](const auto& a, const auto& b) { return a.size() > b.size(); });
}

std::string Secrets::hidden_in(std::string text) const {
  const MutexLock lock(mutex_);
  for (const auto& secret : all_) {
    for (size_t at = 0; (at = text.find(secret, at)) != text.npos; at += 3) {
      text.replace(at, secret.size(), "***");
    }
  }
  return text;
}

}  // namespace pinpipe::http
