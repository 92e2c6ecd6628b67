// Where a service of AWS is.
#pragma once

#include <string>

#include "aws/credentials.h"

namespace pinpipe::aws {

/// Amazon's own host of `service`, https.
std::string amazon_url(const std::string& service, const std::string& region);

/// The variable that says where `service` is: "AWS_ENDPOINT_URL_S3" of "s3" or "S3".
std::string url_variable(const std::string& service);

/// Where `service` is instead: AWS_ENDPOINT_URL_S3 of "s3", else AWS_ENDPOINT_URL; "" without.
std::string custom_url(const std::string& service, const Environment& environment);

/// The URL of `service` ("kinesis"), as the AWS tools find it: AWS_ENDPOINT_URL_KINESIS, else
/// AWS_ENDPOINT_URL, else Amazon's own host in `region`. "" where that is needed and `region` is
/// "".
std::string service_url(const std::string& service, const std::string& region,
                        const Environment& environment);

}  // namespace pinpipe::aws
