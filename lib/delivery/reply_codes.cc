#include "delivery/reply_codes.h"

#include <algorithm>
#include <array>

namespace pinpipe::delivery {
namespace {

struct StatusRow {
  int status;
  Fate fate;
};
constexpr StatusRow kStatuses[] = {
    {401, Fate::stop},  {403, Fate::stop},      {407, Fate::stop},
    {408, Fate::retry}, {413, Fate::too_large}, {425, Fate::retry},
    {429, Fate::retry}, {501, Fate::refused},   {505, Fate::refused},
};

struct KafkaRow {
  long code;
  Fate fate;
};
constexpr KafkaRow kKafkaCodes[] = {
    {1, Fate::refused},      // karapace: not retriable
    {2, Fate::retry},        // karapace: retriable
    {50002, Fate::refused},  // Confluent: a Kafka error that is not retriable
    {50003, Fate::retry},    // Confluent: one that is
};
constexpr long kFirstLongCode = 10000;  // such a code starts with an HTTP status: 40401

struct AwsRow {
  std::string_view name;  // without "Exception" at its end
  Fate fate;
};
constexpr AwsRow kAwsErrors[] = {
    {"ProvisionedThroughputExceeded", Fate::retry},
    {"LimitExceeded", Fate::retry},
    {"Throttling", Fate::retry},
    {"Throttled", Fate::retry},
    {"TooManyRequests", Fate::retry},
    {"RequestLimitExceeded", Fate::retry},
    {"KMSThrottling", Fate::retry},
    {"InternalFailure", Fate::retry},
    {"InternalServerError", Fate::retry},
    {"InternalServer", Fate::retry},
    {"ServiceUnavailable", Fate::retry},
    {"RequestTimeout", Fate::retry},
    {"ResourceInUse", Fate::retry},
    {"RequestEntityTooLarge", Fate::too_large},
    {"AccessDenied", Fate::stop},
    {"KMSAccessDenied", Fate::stop},
    {"UnrecognizedClient", Fate::stop},
    {"InvalidClientTokenId", Fate::stop},
    {"InvalidAccessKeyId", Fate::stop},
    {"ExpiredToken", Fate::stop},
    {"RequestExpired", Fate::stop},
    {"InvalidToken", Fate::stop},
    {"InvalidSignature", Fate::stop},
    {"RequestTimeTooSkewed", Fate::stop},
    {"SignatureDoesNotMatch", Fate::stop},
    {"IncompleteSignature", Fate::stop},
    {"MissingAuthenticationToken", Fate::stop},
    {"NotAuthorized", Fate::stop},
    {"Forbidden", Fate::stop},
    {"OptInRequired", Fate::stop},
    {"ResourceNotFound", Fate::refused},
    {"InvalidArgument", Fate::refused},
    {"Validation", Fate::refused},
    {"Serialization", Fate::refused},
    {"KMSDisabled", Fate::refused},
    {"KMSInvalidState", Fate::refused},
    {"KMSNotFound", Fate::refused},
    {"KMSOptInRequired", Fate::refused},
};

// Kinesis has no code of its own for a request that is too large: it is an invalid argument, or a
// constraint on the list or on the data of one record, which alone would be found out.
constexpr std::string_view kTooLargeWords[] = {
    "size exceeds",     "Member must have length less than or equal to",
    "Request Too Long", "Too Large",
    "too large",
};

// The first whose words are there. Of AWS: IAM User Guide, "Troubleshoot Signature Version 4
// signing for AWS API requests"; Error responses of Amazon S3.
struct HintRow {
  std::string_view words;
  std::string_view hint;
};
constexpr std::string_view kWrongClock =
    "the clock of this machine and the server's differ: see timedatectl, and send again when the "
    "time is right";
constexpr HintRow kEntryHints[] = {
    {"Missing Authentication Token",
     "an API Gateway says so where it has no such path: is the stage in --url?"},
    {"Signature expired", kWrongClock},
    {"Signature not yet current", kWrongClock},
    {"RequestExpired", kWrongClock},
    {"RequestTimeTooSkewed", kWrongClock},
    {"xpired", "get new credentials, and send the dead letters then"},
    {"",
     "the key of --header-file or PINPIPE_HEADERS, or the AWS credentials, are not the right "
     "ones for this; man pinpipe-aws has the rights"},
};

}  // namespace

std::string_view hint_of_refused_entry(std::string_view words) {
  return std::ranges::find_if(kEntryHints,
                              [&](const auto& row) { return words.find(row.words) != words.npos; })
      ->hint;
}

Fate fate_of_status(int status) {
  for (const auto& row : kStatuses) {
    if (row.status == status) return row.fate;
  }
  if (status >= 300 && status < 400) return Fate::stop;
  return status >= 500 ? Fate::retry : Fate::refused;
}

Fate fate_of_kafka_code(long code) {
  for (const auto& row : kKafkaCodes) {
    if (row.code == code) return row.fate;
  }
  const Fate fate = fate_of_status(static_cast<int>(code >= kFirstLongCode ? code / 100 : code));
  // 413 of one record among others is its own: the proxy has taken the request apart already.
  return fate == Fate::too_large ? Fate::refused : fate;
}

std::optional<Fate> fate_of_aws_error(std::string_view name) {
  constexpr std::string_view kEnd = "Exception";
  if (name.ends_with(kEnd)) name.remove_suffix(kEnd.size());
  for (const auto& row : kAwsErrors) {
    if (row.name == name) return row.fate;
  }
  return std::nullopt;
}

bool says_too_large(std::string_view words) {
  return std::ranges::any_of(kTooLargeWords,
                             [&](auto phrase) { return words.find(phrase) != words.npos; });
}

}  // namespace pinpipe::delivery
