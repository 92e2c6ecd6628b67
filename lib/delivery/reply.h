// What a reply means for what was sent: what it says (wire/reply.h), what no whole reply means, how
// long to wait, and what to do about a refusal.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/transport.h"
#include "wire/protocol.h"

namespace pinpipe::delivery {

using wire::Outcome;
using wire::RecordOutcome;

struct ReplyOutcome : wire::BatchOutcome {
  std::string hint;  ///< what to do about it; "" without
  std::optional<http::Milliseconds> retry_after;
};

/// A pure function.
ReplyOutcome read_reply(wire::Protocol protocol, size_t records_sent, const http::Reply& reply);

/// Whether the reply to the question for a topic says that there is none.
bool says_no_topic(const http::Reply& reply);

/// What to do about a refusal with these words; "" is nothing special.
std::string_view hint_of_refusal(std::string_view words, wire::Outcome outcome,
                                 wire::Service service);

}  // namespace pinpipe::delivery
