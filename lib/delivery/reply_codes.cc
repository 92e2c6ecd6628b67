#include "delivery/reply_codes.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace pinpipe::delivery {
namespace {

struct StatusRow {
  int status;
  Fate fate;
};
// clang-format off
constexpr StatusRow kStatuses[] = {
    {400, Fate::refused_whole},
    {401, Fate::stop},
    {403, Fate::stop},
    {407, Fate::stop},
    {408, Fate::ask_topic},  // what waits for a topic that is not there looks like this
    {413, Fate::too_large},
    {422, Fate::refused_whole},
    {425, Fate::retry},
    {429, Fate::retry},
    {501, Fate::refused},
    {504, Fate::ask_topic},
    {505, Fate::refused},
};
// clang-format on

struct KafkaRow {
  long code;
  Fate fate;
};
// clang-format off
constexpr KafkaRow kKafkaCodes[] = {
    {1, Fate::refused},      // karapace: not retriable
    {2, Fate::retry},        // karapace: retriable
    {40301, Fate::refused},  // Confluent: this topic is not for us; others may be
    {42201, Fate::refused},  // Confluent, karapace: the request has no schema, so none of its
    {42202, Fate::refused},  //   records can be the reason
    {42205, Fate::refused},
    {50002, Fate::refused},  // Confluent: a Kafka error that is not retriable
    {50003, Fate::retry},    // Confluent: one that is
};
// clang-format on
constexpr long kFirstLongCode = 10000;  // such a code starts with an HTTP status: 40401
constexpr long kTopicNotFound = 404;

// What decides on a record before its code does. Strimzi's bridge has 500 for all that is not a
// topic that is missing (HttpSourceBridgeEndpoint.handleError); its producer has tried again for
// two minutes before, so that only the words of an outage are worth another try. karapace has 1 for
// what it calls retriable in its comments, too.
struct WordsRow {
  long code;  // 0: any
  std::string_view words;
  Fate fate;
};
// clang-format off
constexpr WordsRow kRecordWords[] = {
    {0, "with partition count", Fate::refused},            // KafkaProducer.waitOnMetadata: such a partition
    {0, "not present in metadata", Fate::ask_topic},       // the same: such a topic, or no broker to ask
    {500, "Expiring ", Fate::retry},                       // ProducerBatch: delivery.timeout.ms has passed
    {500, "bytes when serialized which is larger than", Fate::refused},  // KafkaProducer.ensureValidRecordSize
    {500, "larger than the max message size", Fate::refused},            // Errors.MESSAGE_TOO_LARGE
    {500, "larger than the configured segment size", Fate::refused},     // Errors.RECORD_LIST_TOO_LARGE
    {500, "Invalid topics: ", Fate::refused},              // InvalidTopicException
    {500, "on an invalid topic", Fate::refused},           // Errors.INVALID_TOPIC_EXCEPTION
    {500, "Not authorized to access", Fate::refused},      // TopicAuthorizationException
    {500, "uthorization failed", Fate::refused},           // Errors.TOPIC_…, CLUSTER_AUTHORIZATION_FAILED
    {500, "out of acceptable range", Fate::refused},       // Errors.INVALID_TIMESTAMP
    {500, "failed the validation on the broker", Fate::refused},         // Errors.INVALID_RECORD
    {500, "cannot accept message without key", Fate::refused},           // LogValidator: a compacted topic
    {500, "Invalid partition given with record", Fate::refused},         // KafkaProducer.partition
    {500, "", Fate::doubtful},
    {1, "timed out waiting to publish message", Fate::retry},            // karapace produce_messages
    {1, "Publish message cancelled", Fate::retry},
};
// clang-format on

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
    {"InvalidArgument", Fate::refused_whole},
    {"Validation", Fate::refused_whole},
    {"Serialization", Fate::refused_whole},
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

// How the words of a refusal name a record: its number between two texts.
struct PlaceRow {
  std::string_view before, behind;
  size_t first;
};
constexpr PlaceRow kPlaces[] = {
    {"'records.", ".member", 1},  // Kinesis: Value '' at 'records.6.member.partitionKey' failed …
    {"ArrayList[", "]", 0},       // Jackson, of Confluent: ["records"]->java.util.ArrayList[5]->…
};

// The first whose words are there. Of AWS: IAM User Guide, "Troubleshoot Signature Version 4
// signing for AWS API requests"; Error responses of Amazon S3.
struct HintRow {
  Service service;
  Fate fate;
  std::string_view words;
  std::string_view hint;
};
constexpr std::string_view kWrongClock =
    "the clock of this machine and the server's differ: see timedatectl, and send again when the "
    "time is right";
constexpr std::string_view kNoPath =
    "an API Gateway says so where it has no such path: is the stage in --url?";
constexpr std::string_view kNoTopic = "create-topics makes the topics of an ID";
// clang-format off
constexpr HintRow kHints[] = {
    {Service::aws, Fate::stop, "Missing Authentication Token", kNoPath},
    {Service::aws, Fate::stop, "Signature expired", kWrongClock},
    {Service::aws, Fate::stop, "Signature not yet current", kWrongClock},
    {Service::aws, Fate::stop, "RequestExpired", kWrongClock},
    {Service::aws, Fate::stop, "RequestTimeTooSkewed", kWrongClock},
    {Service::aws, Fate::stop, "xpired", "get new credentials, and send the dead letters then"},
    {Service::aws, Fate::stop, "",
     "the key of --header-file or PINPIPE_HEADERS, or the AWS credentials, are not the right ones for this; "
     "man pinpipe-aws has the rights"},
    {Service::aws, Fate::refused, "ResourceNotFound", "create-streams makes the streams of an ID"},
    {Service::kafka, Fate::stop, "Missing Authentication Token", kNoPath},
    {Service::kafka, Fate::stop, "",
     "the key of --header-file or PINPIPE_HEADERS is not the right one for this, or the proxy itself is not let "
     "into Kafka"},
    {Service::kafka, Fate::refused, "40401", kNoTopic},
    {Service::kafka, Fate::refused, "40403", kNoTopic},
    {Service::kafka, Fate::refused, "no such topic", kNoTopic},  // the sender's, who has asked
};
// clang-format on

}  // namespace

std::string_view hint_of_refusal(std::string_view words, Fate fate, Service service) {
  for (const auto& row : kHints) {
    if (row.service == service && row.fate == fate && words.find(row.words) != words.npos)
      return row.hint;
  }
  return "";
}

std::optional<size_t> named_record(std::string_view words) {
  for (const auto& row : kPlaces) {
    const size_t at = words.find(row.before);
    if (at == words.npos) continue;
    const auto rest = words.substr(at + row.before.size());
    size_t number = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (error != std::errc() || number < row.first) continue;
    if (rest.substr(static_cast<size_t>(end - rest.data())).starts_with(row.behind))
      return number - row.first;
  }
  return std::nullopt;
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
  return fate_of_status(static_cast<int>(code >= kFirstLongCode ? code / 100 : code));
}

Fate fate_of_kafka_record(long code, std::string_view words) {
  for (const auto& row : kRecordWords) {
    if ((row.code == 0 || row.code == code) && words.find(row.words) != words.npos) return row.fate;
  }
  switch (const Fate fate = fate_of_kafka_code(code)) {
    case Fate::too_large:  // of one record among others it is its own: the proxy took them apart
    case Fate::refused_whole:
      return Fate::refused;
    case Fate::ask_topic:
      return Fate::retry;
    case Fate::stop:  // Kafka allows by topic, so that others may go on
      return code == 403 ? Fate::refused : Fate::stop;
    default:
      return fate;
  }
}

bool says_no_topic(int status, long code) {
  return status == kTopicNotFound &&
         (code == kTopicNotFound || (code >= kFirstLongCode && code / 100 == kTopicNotFound));
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
