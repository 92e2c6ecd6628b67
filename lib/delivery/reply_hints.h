// What to do about a refusal of a proxy or a gateway: a table only. Errors that AWS names are those
// of aws/refusal.h.
#pragma once

#include <string_view>

#include "wire/protocol.h"

namespace pinpipe::delivery {

/// What to do about a refusal with these words; "" is nothing special.
std::string_view hint_of_refusal(std::string_view words, wire::Outcome outcome,
                                 wire::Service service);

}  // namespace pinpipe::delivery
