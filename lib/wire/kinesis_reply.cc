// Replies of Kinesis and of gateways before it: which record was delivered, and what errors mean
// for the others.
#include <algorithm>

#include "json/plain_words.h"
#include "json/string.h"
#include "wire/aws_error.h"
#include "wire/fields.h"
#include "wire/kinesis.h"
#include "wire/reply.h"

namespace pinpipe::wire {
namespace {

using json::Kind;
using json::Object;

// Kinesis has no code of its own for a request that is too large: it is an invalid argument, or a
// constraint on the list or on the data of one record, which alone would be found out.
constexpr std::string_view kTooLargeWords[] = {
    "size exceeds",     "Member must have length less than or equal to",
    "Request Too Long", "Too Large",
    "too large",
};

bool says_too_large(std::string_view words) {
  return std::ranges::any_of(kTooLargeWords,
                             [&](auto phrase) { return words.find(phrase) != words.npos; });
}

/// Nothing: unknown.
std::optional<Outcome> outcome_of_kinesis_error(std::string_view name) {
  switch (kind_of_aws_error(name)) {
    case AwsErrorKind::throttled:
    case AwsErrorKind::server:
    case AwsErrorKind::in_use:
      return Outcome::retry;
    case AwsErrorKind::too_large:
      return Outcome::too_large;
    case AwsErrorKind::denied:
      return Outcome::stop;
    case AwsErrorKind::missing:
      return Outcome::refused;
    case AwsErrorKind::argument:
      return Outcome::refused_whole;
    case AwsErrorKind::unknown:
      break;
  }
  return std::nullopt;
}

bool is_refused(Outcome outcome) {
  return outcome == Outcome::refused || outcome == Outcome::refused_whole;
}

RecordOutcome classify_kinesis_record(const Object& entry) {
  const auto code = entry.text({kinesis_field::kErrorCode});
  if (!code.empty()) {
    const auto outcome = outcome_of_kinesis_error(code).value_or(Outcome::refused);
    return {is_refused(outcome) ? Outcome::refused : outcome,
            with_code(code, json::plain_words(entry.text({kinesis_field::kErrorMessage})))};
  }
  const auto sequence = entry.text({kinesis_field::kSequenceNumber});
  if (sequence.empty()) {
    return {Outcome::retry, "the reply has neither a sequence number nor an error for the record"};
  }
  const auto shard = entry.text({kinesis_field::kShardId});
  return {Outcome::delivered, "{\"shard\":" + (shard.empty() ? "null" : json::quoted(shard)) +
                                  ",\"sequence\":" + json::quoted(sequence) + "}"};
}

BatchOutcome classify_named(const std::string& name, const std::string& words, int status) {
  Outcome outcome = status >= 500 ? Outcome::retry : Outcome::refused;
  if (status == 401 || status == 403) outcome = Outcome::stop;
  outcome = outcome_of_kinesis_error(name).value_or(outcome);
  if (status == 413 || (is_refused(outcome) && says_too_large(words))) outcome = Outcome::too_large;
  const auto text = with_code(json::plain_words(name), json::plain_words(words));
  auto batch = outcome_of_all(outcome, with_status(status, text));
  batch.code = name;
  return batch;
}

BatchOutcome classify_kinesis_error(const ReplyText& reply) {
  const bool is_json = Object().read(reply.body);
  auto error = read_aws_error(reply.body, reply.error_type);
  if (!is_json) error.message = reply.body;
  if (!error.name.empty()) return classify_named(error.name, error.message, reply.status);
  const auto text = json::plain_words(error.message);
  if (is_success(reply.status)) return not_understood(reply, is_json, text);
  Outcome outcome = outcome_of_status(reply.status);
  if (outcome == Outcome::ask_topic) outcome = Outcome::retry;
  if (is_refused(outcome) && says_too_large(error.message)) outcome = Outcome::too_large;
  return outcome_of_all(outcome, with_status(reply.status, text));
}

}  // namespace

BatchOutcome classify_put_records(const ReplyText& reply, size_t sent) {
  return classify_entries(reply, kinesis_field::kRecords, sent, classify_kinesis_record,
                          classify_kinesis_error);
}

BatchOutcome classify_put_record(const ReplyText& reply, size_t sent) {
  Object body;
  const bool is_one = body.read(reply.body) && is_success(reply.status) &&
                      body.find(kinesis_field::kSequenceNumber) != nullptr;
  if (!is_one) return classify_put_records(reply, sent);
  BatchOutcome batch;
  batch.records.push_back(classify_kinesis_record(body));
  return batch;
}

}  // namespace pinpipe::wire
