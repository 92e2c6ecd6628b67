#include "delivery/reply.h"

#include <algorithm>

#include "aws/refusal.h"
#include "http/headers.h"
#include "json/plain_words.h"
#include "wire/kafka_rest.h"

namespace pinpipe::delivery {
namespace {

ReplyOutcome outcome_of_all(Outcome outcome, std::string reason, std::string hint) {
  return {wire::outcome_of_all(outcome, std::move(reason)), std::move(hint), std::nullopt};
}

/// There is no whole reply.
ReplyOutcome outcome_of_failure(wire::Protocol protocol, const http::Reply& reply) {
  const bool may_wait_for_topic =
      reply.timed_out && wire::row_of(protocol).service == wire::Service::kafka;
  const Outcome outcome = reply.failed_for_good ? Outcome::stop
                          : may_wait_for_topic  ? Outcome::ask_topic
                                                : Outcome::retry;
  return outcome_of_all(outcome, json::plain_words(reply.failure), reply.failure_hint);
}

ReplyOutcome outcome_of_redirect(const http::Reply& reply) {
  const auto to = json::plain_words(reply.location);
  return outcome_of_all(
      Outcome::stop,
      wire::with_status(reply.status, "redirect to '" + to + "', which is not followed"),
      to.empty() ? "" : "if that is the right place, give it as --url");
}

/// What is to be done about the worst of it.
std::string hint_of(const wire::BatchOutcome& outcome, wire::Service service) {
  Outcome worst = outcome.all;
  for (const auto& record : outcome.records) worst = std::max(worst, record.outcome);
  if (worst == Outcome::stop || worst == Outcome::refused) {
    const auto hint = aws::hint_of_error(aws::Service::kinesis, outcome.code, outcome.reason);
    if (!hint.empty()) return std::string(hint);
  }
  return std::string(hint_of_refusal(outcome.reason, worst, service));
}

wire::ReplyText text_of(const http::Reply& reply) {
  return {reply.status, reply.error_type, reply.body};
}

}  // namespace

ReplyOutcome read_reply(wire::Protocol protocol, size_t records_sent, const http::Reply& reply) {
  if (reply.status == 0) return outcome_of_failure(protocol, reply);
  if (reply.status >= 300 && reply.status < 400) return outcome_of_redirect(reply);
  ReplyOutcome outcome{wire::classify_reply(protocol, text_of(reply), records_sent), "", {}};
  outcome.hint = hint_of(outcome, wire::row_of(protocol).service);
  outcome.retry_after = http::retry_after(reply.retry_after, reply.date);
  return outcome;
}

bool says_no_topic(const http::Reply& reply) { return wire::says_no_topic(text_of(reply)); }

namespace {

using wire::Outcome;
using wire::Service;

// The first whose words are there.
struct HintRow {
  Service service;
  Outcome outcome;
  std::string_view words;
  std::string_view hint;
};
constexpr std::string_view kNoPath =
    "an API Gateway says so where it has no such path: is the stage in --url?";
constexpr std::string_view kForbidden =
    "an API Gateway says so where the key of --header-file or PINPIPE_HEADERS is not one of its "
    "own, "
    "or the stage in --url is none";
constexpr std::string_view kNotFromHere =
    "the resource policy of the API must allow execute-api:Invoke of this method, from here and "
    "without a signature; man pinpipe-aws has it";
constexpr std::string_view kNotAllowed =
    "the credentials, or the role of the API Gateway that they are behind, must be allowed this "
    "action; man pinpipe-aws has the policy";
constexpr std::string_view kNoTopic = "create-topics makes the topics of an ID";
// clang-format off
constexpr HintRow kHints[] = {
    {Service::kinesis, Outcome::stop, "Missing Authentication Token", kNoPath},
    {Service::kinesis, Outcome::stop, "Forbidden", kForbidden},
    {Service::kinesis, Outcome::stop, "execute-api:Invoke", kNotFromHere},
    {Service::kinesis, Outcome::stop, "not authorized to perform: kinesis:", kNotAllowed},
    {Service::kinesis, Outcome::stop, "",
     "the key of --header-file or PINPIPE_HEADERS, or the AWS credentials, are not the right ones for this; "
     "man pinpipe-aws has the rights"},
    {Service::kafka, Outcome::stop, "Missing Authentication Token", kNoPath},
    {Service::kafka, Outcome::stop, "Forbidden", kForbidden},
    {Service::kafka, Outcome::stop, "execute-api:Invoke", kNotFromHere},
    {Service::kafka, Outcome::stop, "",
     "the key of --header-file or PINPIPE_HEADERS is not the right one for this, or the proxy itself is not let "
     "into Kafka"},
    {Service::kafka, Outcome::refused, "40401", kNoTopic},
    {Service::kafka, Outcome::refused, "40403", kNoTopic},
    {Service::kafka, Outcome::refused, "no such topic", kNoTopic},  // the sender's, who has asked
};
// clang-format on

}  // namespace

std::string_view hint_of_refusal(std::string_view words, Outcome outcome, Service service) {
  for (const auto& row : kHints) {
    if (row.service == service && row.outcome == outcome && words.find(row.words) != words.npos)
      return row.hint;
  }
  return "";
}

}  // namespace pinpipe::delivery
