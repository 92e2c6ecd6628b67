#include "aws/kinesis_refusal.h"

#include <algorithm>

#include "aws/xml.h"
#include "json/plain_words.h"
#include "wire/aws_error.h"

namespace pinpipe::aws {
namespace {

constexpr const char* kKinesis = "Kinesis";
constexpr const char* kKeyHint =
    "this server does not know the key, or the session token is not of it: see to "
    "AWS_ACCESS_KEY_ID or AWS_PROFILE, and to the endpoint";
constexpr const char* kRegionHint = "is AWS_REGION the region of the stream and of the endpoint?";
constexpr const char* kStreamHint =
    "create-streams makes the streams of an ID; is AWS_REGION the region of this one?";
constexpr const char* kEncryptionHint =
    "the stream is encrypted, and its key does not serve: see to its state, and to the policy in "
    "man pinpipe-aws";

// The first row whose name and words fit counts.
struct HintRow {
  std::string_view name;  // without "Exception" at its end
  std::string_view words;
  const char* hint;
};
// clang-format off
constexpr HintRow kHints[] = {
    {"ProvisionedThroughputExceeded", "", "other readers of this stream take its 2 MB/s and 5 reads/s a shard: fewer of them, or more shards"},
    {"LimitExceeded", "", "the account's limit of requests or shards is reached: try later, or ask AWS for more"},
    {"ResourceNotFound", "", kStreamHint},
    {"ExpiredToken", "", kSessionHint},
    {"UnrecognizedClient", "", kKeyHint},
    {"InvalidClientTokenId", "", kKeyHint},
    {"InvalidAccessKeyId", "", kKeyHint},
    {"InvalidToken", "", kKeyHint},
    {"RequestExpired", "", kClockHint},
    {"RequestTimeTooSkewed", "", kClockHint},
    {"InvalidSignature", "Signature expired", kClockHint},
    {"InvalidSignature", "Signature not yet current", kClockHint},
    {"InvalidSignature", "valid region", kRegionHint},
    {"InvalidSignature", "", kSecretHint},
    {"SignatureDoesNotMatch", "Signature expired", kClockHint},
    {"SignatureDoesNotMatch", "Signature not yet current", kClockHint},
    {"SignatureDoesNotMatch", "valid region", kRegionHint},
    {"SignatureDoesNotMatch", "", kSecretHint},
    {"IncompleteSignature", "", "is the key whole? see to AWS_ACCESS_KEY_ID or AWS_PROFILE"},
    {"KMSAccessDenied", "", kEncryptionHint},
    {"KMSDisabled", "", kEncryptionHint},
    {"KMSInvalidState", "", kEncryptionHint},
    {"KMSNotFound", "", kEncryptionHint},
    {"KMSOptInRequired", "", kEncryptionHint},
};
// clang-format on

/// "" where there is nothing special to do.
const char* hint_of(std::string_view name, std::string_view words) {
  constexpr std::string_view kEnd = "Exception";
  if (name.ends_with(kEnd)) name.remove_suffix(kEnd.size());
  const auto row = std::ranges::find_if(kHints, [&](const HintRow& one) {
    return one.name == name && words.find(one.words) != words.npos;
  });
  return row == std::end(kHints) ? "" : row->hint;
}

/// A server's own words: JSON, or the XML that other services have, and moto for what is wrong with
/// a signature.
wire::AwsError error_in(const http::Reply& reply) {
  auto error = wire::read_aws_error(reply.body, reply.error_type);
  if (!error.name.empty()) return error;
  const bool is_xml = read_xml(reply.body, [&](std::string_view path, std::string_view text) {
    if (path.ends_with("Error/Code")) error.name = text;
    if (path.ends_with("Error/Message")) error.message = text;
  });
  return is_xml ? error : wire::AwsError();
}

bool is_about_rights(const wire::AwsError& error, int status) {
  return status == 401 || status == 403 || error.name.starts_with("AccessDenied");
}

}  // namespace

KinesisRefusal read_kinesis_refusal(const std::string& action, const http::Reply& reply,
                                    const std::string& address) {
  KinesisRefusal refusal;
  Refusal& common = refusal;
  if (reply.status == 0) {
    common = refusal_of_network(reply, address, kKinesis);
    return refusal;
  }
  const auto error = error_in(reply);
  if (error.name.empty()) {
    common = refusal_of_stranger(reply, address, kKinesis);
    return refusal;
  }
  refusal.code = error.name;
  refusal.reason =
      json::plain_words(error.name + (error.message.empty() ? "" : ": " + error.message));
  // What passes is what botocore tries again, too.
  const auto kind = wire::kind_of_aws_error(error.name);
  refusal.throttled = kind == wire::AwsErrorKind::throttled;
  refusal.may_pass =
      refusal.throttled || kind == wire::AwsErrorKind::server || passes_by_status(reply.status);
  refusal.hint = hint_of(error.name, error.message);
  if (refusal.hint.empty() && !refusal.may_pass && is_about_rights(error, reply.status)) {
    refusal.hint = "the credentials must be allowed kinesis:" + action +
                   " there; man pinpipe-aws has the policy";
  }
  return refusal;
}

}  // namespace pinpipe::aws
