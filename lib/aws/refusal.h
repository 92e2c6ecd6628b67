// Why a service of AWS refused a request, whether that passes, and what to do about it: one table
// for all services.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "http/transport.h"

namespace pinpipe::aws {

enum class Service : uint8_t { kinesis, s3, sts };

struct Refusal {
  std::string reason;  ///< one line, the server's code and words
  std::string hint;
  bool may_pass = false;  ///< another try may succeed
  bool answered = true;   ///< by the service, not by the network or something else
};

/// "Kinesis", "S3", "STS".
const char* name_of(Service service);

/// Whether a status of HTTP may pass, as botocore has it.
bool passes_by_status(int status);

/// What to do about the error `code`, with or without "Exception" at its end; "" is nothing
/// special.
std::string_view hint_of_error(Service service, std::string_view code, std::string_view words);

/// An error that `service` names.
Refusal refusal_of_error(Service service, const std::string& code, const std::string& words,
                         int status);

/// No reply. REQUIRES: reply.status == 0. `address` is where it was to come from.
Refusal refusal_of_network(Service service, const http::Reply& reply, const std::string& address);

/// A reply that is not one of `service`.
Refusal refusal_of_stranger(Service service, const http::Reply& reply, const std::string& address);

}  // namespace pinpipe::aws
