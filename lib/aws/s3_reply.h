// What a reply of S3 means: a page of a listing, or an error and what to do about it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/service.h"
#include "base/status.h"
#include "http/transport.h"

namespace pinpipe::aws {

enum class S3Action : uint8_t { list, get, put };

/// A page of a listing (ListObjectsV2 with encoding-type=url).
struct S3Page {
  std::vector<std::string> keys;
  std::string next;  ///< the token of the page behind it; "" for the last
};

/// Nothing where `body` is none.
std::optional<S3Page> read_page(std::string_view body);

struct S3Refusal : Refusal {
  std::string region;  ///< where the bucket is, if that is why
};

/// REQUIRES: `reply` is no success. `address` is where it came from, for words.
S3Refusal read_refusal(S3Action action, const http::Reply& reply, const std::string& address);

}  // namespace pinpipe::aws
