// What a refusal of Kinesis means, and what to do about it.
#pragma once

#include <string>

#include "aws/service.h"
#include "http/transport.h"

namespace pinpipe::aws {

/// Why a request was refused.
struct KinesisRefusal : Refusal {
  std::string code;        ///< "ExpiredIteratorException"; "" where Kinesis did not answer
  bool throttled = false;  ///< there were too many requests, or too much was read
};

/// REQUIRES: `reply` is no success. `action` is that of the API, `address` where the reply came
/// from, both for words.
KinesisRefusal read_kinesis_refusal(const std::string& action, const http::Reply& reply,
                                    const std::string& address);

}  // namespace pinpipe::aws
