#include "ndjson/reject_kinds.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/utf8.h"

namespace pinpipe::ndjson {
namespace {

/// The end of the number or the quoted text that begins at `at`; `at` where neither does.
size_t end_of_varying(std::string_view reason, size_t at) {
  if (reason[at] == '"') {
    for (++at; at < reason.size() && reason[at] != '"'; ++at) {
      if (reason[at] == '\\') ++at;
    }
    return std::min(at + 1, reason.size());
  }
  while (at < reason.size() && is_digit(reason[at])) ++at;
  return at;
}

/// `reason` with … for each number and each quoted text.
std::string kind_of(std::string_view reason) {
  std::string kind;
  for (size_t at = 0; at < reason.size();) {
    const size_t end = end_of_varying(reason, at);
    if (end > at) {
      kind += "…";
      at = end;
    } else {
      kind += reason[at++];
    }
  }
  return kind;
}

}  // namespace

void RejectKinds::add(std::string_view reason) {
  reason = cut_to_bytes(reason, kLongest);
  auto name = kind_of(reason);
  auto found = std::ranges::find(kinds_, name, &Kind::name);
  if (found == kinds_.end()) {
    if (kinds_.size() == kMax) return;
    found = kinds_.insert(found, {std::move(name), std::string(reason), true, 0});
  }
  found->is_same &= found->first == reason;
  ++found->count;
}

std::string RejectKinds::most() const {
  const auto most = std::ranges::max_element(kinds_, {}, &Kind::count);
  if (most == kinds_.end()) return "";
  return (most->is_same ? most->first : most->name) + " (" + std::to_string(most->count) + ")";
}

}  // namespace pinpipe::ndjson
