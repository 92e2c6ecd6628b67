#include "aws/refusal.h"

#include <algorithm>
#include <cassert>
#include <optional>

#include "aws/service.h"
#include "json/plain_words.h"
#include "wire/aws_error.h"

namespace pinpipe::aws {
namespace {

constexpr std::string_view kClock =
    "the clock of this machine and the server's differ: see timedatectl";
constexpr std::string_view kSession = "the session has expired: get new credentials first";
constexpr std::string_view kKey =
    "this server does not know the key: see to AWS_ACCESS_KEY_ID or AWS_PROFILE, and to the "
    "endpoint";
constexpr std::string_view kSecret =
    "the secret is not that of the key: see to AWS_SECRET_ACCESS_KEY or AWS_PROFILE";
constexpr std::string_view kRegion =
    "is AWS_REGION the region of what is named, and of the endpoint?";
constexpr std::string_view kOtherRegion = "the bucket is in another region: set AWS_REGION to that";
constexpr std::string_view kEncryption =
    "the stream is encrypted, and its key does not serve: see to its state";
constexpr std::string_view kEncryptionRight =
    "the stream is encrypted: who writes must be allowed kms:GenerateDataKey of its key, and who "
    "reads kms:Decrypt; man pinpipe-aws has the policy";

// The first row whose service, code (without "Exception" at its end) and words fit counts. Sources:
// IAM User Guide, "Troubleshoot Signature Version 4 signing for AWS API requests"; the error
// responses of each service's API reference.
struct HintRow {
  std::optional<Service> service;
  std::string_view code;
  std::string_view words;
  std::string_view hint;
};
// clang-format off
constexpr HintRow kHints[] = {
    {{}, "ExpiredToken", "", kSession},
    {{}, "TokenRefreshRequired", "", kSession},
    {{}, "UnrecognizedClient", "", kKey},
    {{}, "InvalidClientTokenId", "", kKey},
    {{}, "InvalidAccessKeyId", "", kKey},
    {{}, "InvalidToken", "", "AWS_SESSION_TOKEN is not of this key: get all three anew, or unset it where there is none"},
    {{}, "RequestExpired", "", kClock},
    {{}, "RequestTimeTooSkewed", "", kClock},
    {{}, "InvalidSignature", "Signature expired", kClock},
    {{}, "InvalidSignature", "Signature not yet current", kClock},
    {{}, "InvalidSignature", "valid region", kRegion},
    {{}, "InvalidSignature", "", kSecret},
    {{}, "SignatureDoesNotMatch", "Signature expired", kClock},
    {{}, "SignatureDoesNotMatch", "Signature not yet current", kClock},
    {{}, "SignatureDoesNotMatch", "valid region", kRegion},
    {{}, "SignatureDoesNotMatch", "", kSecret},
    {{}, "IncompleteSignature", "", "is the key whole? see to AWS_ACCESS_KEY_ID or AWS_PROFILE"},
    {Service::kinesis, "ProvisionedThroughputExceeded", "", "other readers of this stream take its 2 MB/s and 5 reads/s a shard: fewer of them, or more shards"},
    {Service::kinesis, "LimitExceeded", "", "the account's limit of requests or shards is reached: try later, or ask AWS for more"},
    {Service::kinesis, "ResourceNotFound", "", "create-streams makes the streams of an ID; is AWS_REGION the region of this one?"},
    {Service::kinesis, "KMSAccessDenied", "", kEncryptionRight},
    {Service::kinesis, "KMSDisabled", "", kEncryption},
    {Service::kinesis, "KMSInvalidState", "", kEncryption},
    {Service::kinesis, "KMSNotFound", "", kEncryption},
    {Service::kinesis, "KMSOptInRequired", "", kEncryption},
    {Service::s3, "NoSuchBucket", "", "make the bucket first, or see to its name and to the endpoint (AWS_ENDPOINT_URL)"},
    {Service::s3, "InvalidBucketName", "", "names of buckets are 3 to 63 small letters, digits, '.' and '-'"},
    {Service::s3, "PermanentRedirect", "", kOtherRegion},
    {Service::s3, "IllegalLocationConstraint", "", kOtherRegion},
    {Service::s3, "AuthorizationHeaderMalformed", "", "is AWS_REGION the region of the bucket, and the key whole?"},
    {Service::s3, "EntityTooLarge", "", "fewer records an object make smaller ones"},
    {Service::sts, "AccessDenied", "", "the trust policy of the role must name who we are, and our own policy allow sts:AssumeRole of it (man pinpipe-aws)"},
    {Service::sts, "InvalidIdentityToken", "", "the token in the file is not of a provider that the role trusts"},
    {Service::sts, "RegionDisabled", "", "STS is not active in this region: name another one"},
    {Service::sts, "ValidationError", "", "is that the ARN of a role, as in arn:aws:iam::123456789012:role/NAME?"},
};
// clang-format on

std::string endpoint_hint(Service service) {
  const std::string name = name_of(service);
  return "is " + url_variable(name) + ", or AWS_ENDPOINT_URL, the address of " +
         (name.starts_with('S') ? "an " : "a ") + name +
         " that is up? Without them it is Amazon's, in the region of AWS_REGION";
}

}  // namespace

const char* name_of(Service service) {
  switch (service) {
    case Service::kinesis:
      return "Kinesis";
    case Service::s3:
      return "S3";
    case Service::sts:
      return "STS";
  }
  return "";
}

bool passes_by_status(int status) {
  return status == 429 || status == 500 || (status >= 502 && status <= 504);
}

std::string_view hint_of_error(Service service, std::string_view code, std::string_view words) {
  code = wire::without_exception(code);
  const auto row = std::ranges::find_if(kHints, [&](const HintRow& one) {
    return one.service.value_or(service) == service && one.code == code &&
           words.find(one.words) != words.npos;
  });
  return row == std::end(kHints) ? "" : row->hint;
}

Refusal refusal_of_error(Service service, const std::string& code, const std::string& words,
                         int status) {
  const auto kind = wire::kind_of_aws_error(code);
  Refusal refusal;
  refusal.reason = json::plain_words(code + (words.empty() ? "" : ": " + words));
  refusal.hint = hint_of_error(service, code, words);
  refusal.may_pass = kind == wire::AwsErrorKind::throttled || kind == wire::AwsErrorKind::server ||
                     passes_by_status(status);
  return refusal;
}

Refusal refusal_of_network(Service service, const http::Reply& reply, const std::string& address) {
  assert(reply.status == 0);
  Refusal refusal;
  refusal.reason = "no answer from " + address + ": " + json::plain_words(reply.failure);
  refusal.hint = reply.failed_for_good ? reply.failure_hint : endpoint_hint(service);
  refusal.may_pass = !reply.failed_for_good;
  refusal.answered = false;
  return refusal;
}

Refusal refusal_of_stranger(Service service, const http::Reply& reply, const std::string& address) {
  Refusal refusal;
  const auto words = json::plain_words(reply.body, 100);
  refusal.reason = address + " does not answer as " + name_of(service) + " does: HTTP " +
                   std::to_string(reply.status) +
                   (words.empty() ? ", without a word" : ": " + words);
  refusal.hint = endpoint_hint(service);
  refusal.may_pass = passes_by_status(reply.status);
  refusal.answered = false;
  return refusal;
}

}  // namespace pinpipe::aws
