#include "delivery/reply.h"

#include <algorithm>

#include "aws/refusal.h"
#include "delivery/reply_hints.h"
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

}  // namespace pinpipe::delivery
