#include "wire/aws_error.h"

#include "json/object.h"

namespace pinpipe::wire {
namespace {

struct AwsErrorRow {
  std::string_view name;
  AwsErrorKind kind;
};
// clang-format off
constexpr AwsErrorRow kAwsErrors[] = {
    {"ProvisionedThroughputExceeded", AwsErrorKind::throttled},
    {"LimitExceeded", AwsErrorKind::throttled},
    {"Throttling", AwsErrorKind::throttled},
    {"Throttled", AwsErrorKind::throttled},
    {"TooManyRequests", AwsErrorKind::throttled},
    {"RequestLimitExceeded", AwsErrorKind::throttled},
    {"KMSThrottling", AwsErrorKind::throttled},
    {"SlowDown", AwsErrorKind::throttled},
    {"BandwidthLimitExceeded", AwsErrorKind::throttled},
    {"InternalFailure", AwsErrorKind::server},
    {"InternalError", AwsErrorKind::server},
    {"InternalServerError", AwsErrorKind::server},
    {"InternalServer", AwsErrorKind::server},
    {"ServiceUnavailable", AwsErrorKind::server},
    {"RequestTimeout", AwsErrorKind::server},
    {"OperationAborted", AwsErrorKind::server},
    {"IDPCommunicationError", AwsErrorKind::server},
    {"BadDigest", AwsErrorKind::server},  // bytes were changed on the way
    {"XAmzContentSHA256Mismatch", AwsErrorKind::server},
    {"ResourceInUse", AwsErrorKind::in_use},
    {"RequestEntityTooLarge", AwsErrorKind::too_large},
    {"AccessDenied", AwsErrorKind::denied},
    {"KMSAccessDenied", AwsErrorKind::denied},
    {"UnrecognizedClient", AwsErrorKind::denied},
    {"InvalidClientTokenId", AwsErrorKind::denied},
    {"InvalidAccessKeyId", AwsErrorKind::denied},
    {"ExpiredToken", AwsErrorKind::denied},
    {"RequestExpired", AwsErrorKind::denied},
    {"InvalidToken", AwsErrorKind::denied},
    {"InvalidSignature", AwsErrorKind::denied},
    {"RequestTimeTooSkewed", AwsErrorKind::denied},
    {"SignatureDoesNotMatch", AwsErrorKind::denied},
    {"IncompleteSignature", AwsErrorKind::denied},
    {"MissingAuthenticationToken", AwsErrorKind::denied},
    {"NotAuthorized", AwsErrorKind::denied},
    {"Forbidden", AwsErrorKind::denied},
    {"OptInRequired", AwsErrorKind::denied},
    {"ResourceNotFound", AwsErrorKind::missing},
    {"KMSDisabled", AwsErrorKind::missing},
    {"KMSInvalidState", AwsErrorKind::missing},
    {"KMSNotFound", AwsErrorKind::missing},
    {"KMSOptInRequired", AwsErrorKind::missing},
    {"InvalidArgument", AwsErrorKind::argument},
    {"Validation", AwsErrorKind::argument},
    {"Serialization", AwsErrorKind::argument},
};
// clang-format on

}  // namespace

std::string_view without_exception(std::string_view name) {
  constexpr std::string_view kEnd = "Exception";
  if (name.ends_with(kEnd)) name.remove_suffix(kEnd.size());
  return name;
}

AwsErrorKind kind_of_aws_error(std::string_view name) {
  name = without_exception(name);
  for (const auto& row : kAwsErrors) {
    if (row.name == name) return row.kind;
  }
  return AwsErrorKind::unknown;
}

AwsError read_aws_error(std::string_view body, std::string_view error_type) {
  AwsError error;
  json::Object object;
  if (object.read(body)) {
    error.name = object.text({"__type"});
    error.message = object.text({"message", "Message", "error"});
  }
  if (error.name.empty()) error.name = error_type.substr(0, error_type.find(':'));
  error.name.erase(0, error.name.rfind('#') + 1);
  return error;
}

}  // namespace pinpipe::wire
