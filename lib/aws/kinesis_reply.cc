#include "aws/kinesis_reply.h"

#include <algorithm>

#include "aws/xml.h"
#include "http/words.h"
#include "json/object.h"

namespace pinpipe::aws {
namespace {

using json::Element;
using json::Kind;
using json::Object;

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

// Codes and their meanings: API models of Kinesis and common errors of AWS; those that pass are
// the ones that botocore tries again, too. The first row whose code and words fit counts.
enum class Effect : uint8_t { refused, passes, throttled };
struct KinesisCode {
  std::string_view code;  // without "Exception" at its end
  std::string_view words;
  Effect effect;
  const char* hint;
};
// clang-format off
constexpr KinesisCode kKinesisCodes[] = {
    {"ProvisionedThroughputExceeded", "", Effect::throttled, "other readers of this stream take its 2 MB/s and 5 reads/s a shard: fewer of them, or more shards"},
    {"LimitExceeded", "", Effect::throttled, "the account's limit of requests or shards is reached: try later, or ask AWS for more"},
    {"Throttling", "", Effect::throttled, ""},
    {"Throttled", "", Effect::throttled, ""},
    {"TooManyRequests", "", Effect::throttled, ""},
    {"RequestLimitExceeded", "", Effect::throttled, ""},
    {"KMSThrottling", "", Effect::throttled, ""},
    {"InternalFailure", "", Effect::passes, ""},
    {"InternalServerError", "", Effect::passes, ""},
    {"ServiceUnavailable", "", Effect::passes, ""},
    {"RequestTimeout", "", Effect::passes, ""},
    {"ResourceNotFound", "", Effect::refused, kStreamHint},
    {"ExpiredToken", "", Effect::refused, kSessionHint},
    {"UnrecognizedClient", "", Effect::refused, kKeyHint},
    {"InvalidClientTokenId", "", Effect::refused, kKeyHint},
    {"InvalidAccessKeyId", "", Effect::refused, kKeyHint},
    {"InvalidToken", "", Effect::refused, kKeyHint},
    {"RequestExpired", "", Effect::refused, kClockHint},
    {"RequestTimeTooSkewed", "", Effect::refused, kClockHint},
    {"InvalidSignature", "Signature expired", Effect::refused, kClockHint},
    {"InvalidSignature", "Signature not yet current", Effect::refused, kClockHint},
    {"InvalidSignature", "valid region", Effect::refused, kRegionHint},
    {"InvalidSignature", "", Effect::refused, kSecretHint},
    {"SignatureDoesNotMatch", "Signature expired", Effect::refused, kClockHint},
    {"SignatureDoesNotMatch", "Signature not yet current", Effect::refused, kClockHint},
    {"SignatureDoesNotMatch", "valid region", Effect::refused, kRegionHint},
    {"SignatureDoesNotMatch", "", Effect::refused, kSecretHint},
    {"IncompleteSignature", "", Effect::refused, "is the key whole? see to AWS_ACCESS_KEY_ID or AWS_PROFILE"},
    {"KMSAccessDenied", "", Effect::refused, kEncryptionHint},
    {"KMSDisabled", "", Effect::refused, kEncryptionHint},
    {"KMSInvalidState", "", Effect::refused, kEncryptionHint},
    {"KMSNotFound", "", Effect::refused, kEncryptionHint},
    {"KMSOptInRequired", "", Effect::refused, kEncryptionHint},
};
// clang-format on

const KinesisCode* kinesis_row(std::string_view code, std::string_view words) {
  constexpr std::string_view kEnd = "Exception";
  if (code.ends_with(kEnd)) code.remove_suffix(kEnd.size());
  const auto row = std::ranges::find_if(kKinesisCodes, [&](const KinesisCode& one) {
    return one.code == code && words.find(one.words) != words.npos;
  });
  return row == std::end(kKinesisCodes) ? nullptr : row;
}

/// A server's own words.
struct KinesisWords {
  std::string code;  // "" where there is none
  std::string message;
};

/// "com.amazonaws.kinesis#ResourceNotFoundException" in the body, or with ":URL" in the header; or
/// the XML that other services have, and moto for what is wrong with a signature.
KinesisWords kinesis_words(const http::Reply& reply) {
  KinesisWords words;
  Object body;
  if (body.read(reply.body)) {
    words.code = body.text({"__type"});
    if (words.code.empty()) words.code = reply.error_type.substr(0, reply.error_type.find(':'));
    words.code.erase(0, words.code.rfind('#') + 1);
    words.message = body.text({"message", "Message"});
    return words;
  }
  const bool xml = read_xml(reply.body, [&](std::string_view path, std::string_view text) {
    if (path.ends_with("Error/Code")) words.code = text;
    if (path.ends_with("Error/Message")) words.message = text;
  });
  return xml ? words : KinesisWords();
}

std::optional<Shard> read_shard(const Object& object) {
  Shard shard;
  shard.id = object.text({"ShardId"});
  if (shard.id.empty()) return std::nullopt;
  for (const char* key : {"ParentShardId", "AdjacentParentShardId"}) {
    if (auto parent = object.text({key}); !parent.empty())
      shard.parents.push_back(std::move(parent));
  }
  const auto* range = object.find("SequenceNumberRange");
  Object numbers;
  shard.closed = range != nullptr && numbers.read(range->value) &&
                 !numbers.text({"EndingSequenceNumber"}).empty();
  return shard;
}

}  // namespace

std::optional<ShardPage> read_shard_page(std::string_view body) {
  Object reply;
  std::vector<Element> shards;
  if (!reply.read(body) || !reply.list("Shards", shards)) return std::nullopt;
  ShardPage page;
  Object one;
  for (const auto& element : shards) {
    auto shard = one.read(element.value) ? read_shard(one) : std::nullopt;
    if (!shard) return std::nullopt;
    page.shards.push_back(std::move(*shard));
  }
  page.next = reply.text({"NextToken"});
  return page;
}

std::optional<RecordsPage> read_records_page(std::string_view body) {
  Object reply;
  std::vector<Element> records;
  if (!reply.read(body) || !reply.list("Records", records)) return std::nullopt;
  RecordsPage page;
  page.records = records.size();
  page.next_iterator = reply.text({"NextShardIterator"});
  page.behind_ms = reply.integer("MillisBehindLatest").value_or(0);
  if (records.empty()) return page;
  Object last;
  if (!last.read(records.back().value)) return std::nullopt;
  page.last_sequence_number = last.text({"SequenceNumber"});
  page.last_arrival = last.number("ApproximateArrivalTimestamp");
  if (page.last_sequence_number.empty()) return std::nullopt;
  return page;
}

std::optional<std::string> read_iterator(std::string_view body) {
  Object reply;
  if (!reply.read(body)) return std::nullopt;
  auto iterator = reply.text({"ShardIterator"});
  return iterator.empty() ? std::nullopt : std::optional(std::move(iterator));
}

std::optional<StreamSummary> read_summary(std::string_view body) {
  Object reply;
  Object summary;
  if (!reply.read(body)) return std::nullopt;
  const auto* member = reply.find("StreamDescriptionSummary");
  if (member == nullptr || !summary.read(member->value)) return std::nullopt;
  StreamSummary found;
  found.name = summary.text({"StreamName"});
  found.arn = summary.text({"StreamARN"});
  found.status = summary.text({"StreamStatus"});
  found.open_shards = summary.integer("OpenShardCount").value_or(0);
  found.retention_hours = summary.integer("RetentionPeriodHours").value_or(0);
  Object mode;
  const auto* details = summary.find("StreamModeDetails");
  if (details != nullptr && mode.read(details->value)) found.mode = mode.text({"StreamMode"});
  return found.status.empty() ? std::nullopt : std::optional(std::move(found));
}

std::optional<StreamPage> read_stream_page(std::string_view body) {
  Object reply;
  std::vector<Element> names;
  if (!reply.read(body) || !reply.list("StreamNames", names)) return std::nullopt;
  StreamPage page;
  for (const auto& name : names) page.names.push_back(json::text_of(name.value, name.kind));
  const auto* more = reply.find("HasMoreStreams");
  page.more = more != nullptr && more->value == "true" && !page.names.empty();
  return page;
}

KinesisRefusal read_kinesis_refusal(const std::string& action, const http::Reply& reply,
                                    const std::string& address) {
  KinesisRefusal refusal;
  Refusal& common = refusal;
  if (reply.status == 0) {
    common = refusal_of_network(reply, address, kKinesis);
    return refusal;
  }
  const auto words = kinesis_words(reply);
  refusal.code = words.code;
  if (refusal.code.empty()) {
    common = refusal_of_stranger(reply, address, kKinesis);
    return refusal;
  }
  refusal.reason =
      http::plain_words(words.code + (words.message.empty() ? "" : ": " + words.message));
  refusal.may_pass = passes_by_status(reply.status);
  if (const auto* row = kinesis_row(refusal.code, words.message)) {
    refusal.throttled = row->effect == Effect::throttled;
    refusal.may_pass = refusal.may_pass || row->effect != Effect::refused;
    refusal.hint = row->hint;
  } else if (reply.status == 401 || reply.status == 403 ||
             refusal.code.starts_with("AccessDenied")) {
    refusal.hint = "the credentials must be allowed kinesis:" + action +
                   " there; man pinpipe-aws has the policy";
  }
  return refusal;
}

}  // namespace pinpipe::aws
