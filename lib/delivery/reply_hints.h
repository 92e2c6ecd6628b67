// What to do about a refusal: a table only.
//
// Sources: IAM User Guide, "Troubleshoot Signature Version 4 signing for AWS API requests"; Error
// responses of Amazon S3.
#pragma once

#include <string_view>

#include "wire/protocol.h"

namespace pinpipe::delivery {

/// What to do about a refusal with these words; "" is nothing special.
std::string_view hint_of_refusal(std::string_view words, wire::Outcome outcome,
                                 wire::Service service);

}  // namespace pinpipe::delivery
