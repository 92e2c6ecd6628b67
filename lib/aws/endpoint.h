// Where a service of AWS is.
#pragma once

#include <string>

#include "aws/credentials.h"

namespace pinpipe::aws {

/// The URL of `service` ("kinesis"), as the AWS tools find it: AWS_ENDPOINT_URL_KINESIS, else
/// AWS_ENDPOINT_URL, else Amazon's own host in `region`. "" where that is needed and `region` is
/// "".
std::string service_url(const std::string& service, const std::string& region,
                        const Environment& environment);

}  // namespace pinpipe::aws
