// Replies of REST proxies: which record was delivered, and what the codes of the others mean.
//
// Sources: Errors.java and KafkaExceptionMapper.java of Confluent's REST proxy; the same codes in
// karapace, and its kafka_rest_apis/__init__.py; HttpSourceBridgeEndpoint.java of Strimzi's bridge,
// whose codes of records are HTTP statuses; KafkaProducer.java and Errors.java of Kafka, whose
// words the proxies pass on.
#include "json/plain_words.h"
#include "json/string.h"
#include "wire/fields.h"
#include "wire/kafka_rest.h"
#include "wire/reply.h"

namespace pinpipe::wire {
namespace {

using json::Kind;
using json::Object;

struct KafkaCodeRow {
  long code;
  Outcome outcome;
};
// clang-format off
constexpr KafkaCodeRow kKafkaCodes[] = {
    {1, Outcome::refused},      // karapace: not retriable
    {2, Outcome::retry},        // karapace: retriable
    {40301, Outcome::refused},  // Confluent: this topic is not for us; others may be
    {42201, Outcome::refused},  // Confluent, karapace: the request has no schema, so none of its
    {42202, Outcome::refused},  //   records can be the reason
    {42205, Outcome::refused},
    {50002, Outcome::refused},  // Confluent: a Kafka error that is not retriable
    {50003, Outcome::retry},    // Confluent: one that is
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
  Outcome outcome;
};
// clang-format off
constexpr WordsRow kRecordWords[] = {
    {0, "with partition count", Outcome::refused},            // KafkaProducer.waitOnMetadata: such a partition
    {0, "not present in metadata", Outcome::ask_topic},       // the same: such a topic, or no broker to ask
    {500, "Expiring ", Outcome::retry},                       // ProducerBatch: delivery.timeout.ms has passed
    {500, "bytes when serialized which is larger than", Outcome::refused},  // KafkaProducer.ensureValidRecordSize
    {500, "larger than the max message size", Outcome::refused},            // Errors.MESSAGE_TOO_LARGE
    {500, "larger than the configured segment size", Outcome::refused},     // Errors.RECORD_LIST_TOO_LARGE
    {500, "Invalid topics: ", Outcome::refused},              // InvalidTopicException
    {500, "on an invalid topic", Outcome::refused},           // Errors.INVALID_TOPIC_EXCEPTION
    {500, "Not authorized to access", Outcome::refused},      // TopicAuthorizationException
    {500, "uthorization failed", Outcome::refused},           // Errors.TOPIC_…, CLUSTER_AUTHORIZATION_FAILED
    {500, "out of acceptable range", Outcome::refused},       // Errors.INVALID_TIMESTAMP
    {500, "failed the validation on the broker", Outcome::refused},         // Errors.INVALID_RECORD
    {500, "cannot accept message without key", Outcome::refused},           // LogValidator: a compacted topic
    {500, "Invalid partition given with record", Outcome::refused},         // KafkaProducer.partition
    {500, "", Outcome::doubtful},
    {1, "timed out waiting to publish message", Outcome::retry},            // karapace produce_messages
    {1, "Publish message cancelled", Outcome::retry},
};
// clang-format on

/// An error_code of a whole request.
Outcome outcome_of_kafka_code(long code) {
  for (const auto& row : kKafkaCodes) {
    if (row.code == code) return row.outcome;
  }
  return outcome_of_status(static_cast<int>(code >= kFirstLongCode ? code / 100 : code));
}

/// An error_code of one record, with the server's words: codes alone do not decide.
Outcome outcome_of_kafka_record(long code, std::string_view words) {
  for (const auto& row : kRecordWords) {
    if ((row.code == 0 || row.code == code) && words.find(row.words) != words.npos)
      return row.outcome;
  }
  switch (const Outcome outcome = outcome_of_kafka_code(code)) {
    case Outcome::too_large:  // of one record among others it is its own: the proxy took them apart
    case Outcome::refused_whole:
      return Outcome::refused;
    case Outcome::ask_topic:
      return Outcome::retry;
    case Outcome::stop:  // Kafka allows by topic, so that others may go on
      return code == 403 ? Outcome::refused : Outcome::stop;
    default:
      return outcome;
  }
}

RecordOutcome classify_kafka_record(const Object& entry) {
  if (entry.find(kafka_field::kErrorCode) != nullptr &&
      entry.integer(kafka_field::kErrorCode) != 200) {
    const auto code = entry.integer(kafka_field::kErrorCode);
    const auto words = entry.text({kafka_field::kError, kafka_field::kMessage});
    return {code ? outcome_of_kafka_record(*code, words) : Outcome::refused,
            with_code(entry.text({kafka_field::kErrorCode}), json::plain_words(words))};
  }
  const auto offset = entry.integer(kafka_field::kOffset);
  if (!offset) {
    return {Outcome::retry, "the reply has neither an offset nor an error for the record"};
  }
  auto partition = entry.integer(kafka_field::kPartition);
  if (!partition) partition = entry.integer(kafka_field::kPartitionId);
  return {Outcome::delivered, kafka_place(partition, *offset)};
}

/// The texts of the list of strings `key` of `object`, joined; "" without.
std::string texts(const Object& object, std::string_view key) {
  std::string text;
  std::vector<json::Element> elements;
  if (!object.list(key, elements)) return text;
  for (const auto& element : elements) {
    if (element.kind != Kind::string) continue;
    if (!text.empty()) text += "; ";
    json::append_unescaped(json::inside_quotes(element.value), text);
  }
  return text;
}

Outcome outcome_of_kafka_error(int status, int64_t code) {
  const Outcome outcome = outcome_of_status(status);
  const bool for_one_topic = outcome == Outcome::stop && code >= kFirstLongCode;
  if (code == 0 || outcome == Outcome::too_large || (outcome == Outcome::stop && !for_one_topic))
    return outcome;
  return outcome_of_kafka_code(code);
}

BatchOutcome classify_kafka_error(const ReplyText& reply) {
  Object body;
  const bool is_json = body.read(reply.body);
  std::string words(reply.body);
  if (is_json) {
    words = with_code(body.text({kafka_field::kMessage, "Message", kafka_field::kError}),
                      texts(body, kafka_field::kValidationErrors));
  }
  const int64_t code = body.integer(kafka_field::kErrorCode).value_or(0);  // 0: none
  const auto text = with_code(code != 0 ? std::to_string(code) : "", json::plain_words(words));
  if (is_success(reply.status) && code == 0) return not_understood(reply, is_json, text);
  return outcome_of_all(outcome_of_kafka_error(reply.status, code),
                        with_status(reply.status, text));
}

/// The objects that `text` is made of, one behind the other, no more than `most` and one; a broken
/// last one is left out.
std::vector<std::string_view> split_objects(std::string_view text, size_t most) {
  std::vector<std::string_view> objects;
  size_t depth = 0, start = 0;
  bool in_string = false;
  for (size_t at = 0; at < text.size() && objects.size() <= most; ++at) {
    const char c = text[at];
    if (in_string) {
      if (c == '\\') ++at;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{') {
      if (depth++ == 0) start = at;
    } else if (c == '}' && depth > 0 && --depth == 0) {
      objects.push_back(text.substr(start, at + 1 - start));
    }
  }
  return objects;
}

}  // namespace

/// Lists are read whatever the status: karapace has 422 where any record failed, Confluent 401 or
/// 403 where one was not allowed.
BatchOutcome classify_kafka_v2(const ReplyText& reply, size_t sent) {
  return classify_entries(reply, kafka_field::kOffsets, sent, classify_kafka_record,
                          classify_kafka_error);
}

/// Reports come in the order of the records, and may stop in the middle: what was not reported is
/// not known to be delivered.
BatchOutcome classify_kafka_v3(const ReplyText& reply, size_t sent) {
  if (!is_success(reply.status)) return classify_kafka_error(reply);
  const auto reports = split_objects(reply.body, sent);
  if (reports.empty() || reports.size() > sent)
    return outcome_of_all(Outcome::retry, wrong_count(reports.size(), sent));
  BatchOutcome batch;
  Object report;
  for (const auto text : reports) {
    if (!report.read(text)) break;
    batch.records.push_back(classify_kafka_record(report));
  }
  batch.records.resize(sent, {Outcome::retry, wrong_count(batch.records.size(), sent)});
  return batch;
}

bool says_no_topic(const ReplyText& reply) {
  Object body;
  if (!body.read(reply.body) || reply.status != kTopicNotFound) return false;
  const auto code = body.integer(kafka_field::kErrorCode).value_or(0);
  return code == kTopicNotFound || (code >= kFirstLongCode && code / 100 == kTopicNotFound);
}

}  // namespace pinpipe::wire
