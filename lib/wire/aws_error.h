// Errors of AWS: how a reply names one, and what kind of error it is.
//
// Sources: the API model of Kinesis (2013-12-02), the error responses of S3 and STS, AWS's common
// errors; those that pass are the ones that botocore tries again, too (data/_retry.json,
// retries/standard.py).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pinpipe::wire {

enum class AwsErrorKind : uint8_t {
  unknown,
  throttled,  ///< too many requests, or too much at once
  server,     ///< its own fault or the network's, which may pass
  in_use,     ///< what is named is being made or changed, or is there already
  too_large,
  denied,    ///< credentials, signature, clock, rights
  missing,   ///< what is named is not there, or its key does not serve
  argument,  ///< the request is wrong
};

/// `name` without the "Exception" at its end, which some services write and others do not.
std::string_view without_exception(std::string_view name);

/// The kind of the error `name`, with or without "Exception" at its end.
AwsErrorKind kind_of_aws_error(std::string_view name);

/// A server's own words.
struct AwsError {
  std::string name;  ///< "ResourceNotFoundException"; "" where there is none
  std::string message;
};

/// Reads a body of JSON, {"__type":"com.amazonaws.kinesis#NAME","message":M}; without a type the
/// name is that of `error_type`, the header x-amzn-ErrorType, NAME or NAME:URL. Of a body that is
/// no JSON there is no message.
AwsError read_aws_error(std::string_view body, std::string_view error_type);

}  // namespace pinpipe::wire
