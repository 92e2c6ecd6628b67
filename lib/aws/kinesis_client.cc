#include "aws/kinesis_client.h"

#include <algorithm>
#include <utility>

#include "aws/service.h"
#include "aws/sigv4.h"
#include "aws/xml.h"
#include "http/headers.h"
#include "record/destination_name.h"
#include "wire/aws_error.h"
#include "wire/fields.h"

namespace pinpipe::aws {
namespace {

const char* name_of(KinesisAction action) {
  switch (action) {
    case KinesisAction::list_shards:
      return "ListShards";
    case KinesisAction::get_shard_iterator:
      return "GetShardIterator";
    case KinesisAction::get_records:
      return "GetRecords";
    case KinesisAction::describe_stream_summary:
      return "DescribeStreamSummary";
    case KinesisAction::list_streams:
      return "ListStreams";
    case KinesisAction::create_stream:
      return "CreateStream";
    case KinesisAction::delete_stream:
      return "DeleteStream";
  }
  return "";
}

template <class T>
std::optional<KinesisDone::Answer> answer_of(std::optional<T> read) {
  if (!read) return std::nullopt;
  return KinesisDone::Answer(std::move(*read));
}

/// Nothing where `body` is no reply to `action`.
std::optional<KinesisDone::Answer> read_answer(KinesisAction action, std::string_view body) {
  switch (action) {
    case KinesisAction::list_shards:
      return answer_of(wire::read_shard_page(body));
    case KinesisAction::get_shard_iterator:
      return answer_of(wire::read_iterator(body));
    case KinesisAction::get_records:
      return answer_of(wire::read_records_page(body));
    case KinesisAction::describe_stream_summary:
      return answer_of(wire::read_summary(body));
    case KinesisAction::list_streams:
      return answer_of(wire::read_stream_page(body));
    case KinesisAction::create_stream:
    case KinesisAction::delete_stream:
      break;
  }
  return KinesisDone::Answer();
}

}  // namespace

Result<ServiceOptions> kinesis_options(const Environment& environment) {
  auto options = service_options(Service::kinesis, environment);
  if (options.ok() && options->region.empty()) return missing_region();
  return options;
}

Status check_stream(const std::string& stream) {
  if (stream.starts_with("arn:")) return {};
  if (record::is_possible_name(record::kStreamNames, stream)) return {};
  return Error{"not a stream's name: '" + stream + "'",
               name_hint(record::kStreamNames) + "; or an ARN, arn:aws:kinesis:…"};
}

/// A request, and what became of it so far.
struct KinesisClient::Call {
  uint64_t id;
  KinesisAction action;
  std::string arguments;
  http::Backoff backoff;
  http::TimePoint first_sent;
  bool throttled = false;
};

KinesisClient::KinesisClient(ServiceOptions options, http::Transport& transport)
    : options_(std::move(options)), transport_(transport) {
  url_ = options_.endpoint.empty() ? amazon_url("kinesis", options_.region) : options_.endpoint;
}

KinesisClient::~KinesisClient() { transport_.cancel_all(); }

uint64_t KinesisClient::start(KinesisAction action, std::string arguments) {
  const auto now = options_.now();
  const uint64_t id = next_id_++;
  waiting_.emplace(now, Call{id, action, std::move(arguments),
                             http::Backoff(options_.retry, options_.seed + id), now});
  return id;
}

/// The body has to stay where it is until the reply comes: it is in `under_way_` before it is sent.
Status KinesisClient::send(Call call) {
  const auto credentials = TRY(options_.credentials());
  const uint64_t id = call.id;
  const auto& sent = under_way_.emplace(id, std::move(call)).first->second;
  http::Request request;
  request.method = "POST";
  request.url = url_ + "/";
  request.body = sent.arguments;
  request.headers = {
      kJoined<"Content-Type: ", wire::kinesis_field::kContentType>.text(),
      kJoined<"X-Amz-Target: ", wire::kinesis_field::kTarget>.text() + name_of(sent.action)};
  sign({request.method, request.url, request.headers, request.body}, credentials,
       {"kinesis", options_.region}, options_.unix_time());
  transport_.start(id, request);
  return {};
}

void KinesisClient::send_due(std::vector<KinesisDone>& done) {
  while (!waiting_.empty() && waiting_.begin()->first <= options_.now()) {
    auto call = std::move(waiting_.extract(waiting_.begin()).mapped());
    const uint64_t id = call.id;
    if (auto status = send(std::move(call)); !status.ok()) {
      done.emplace_back().id = id;
      done.back().error = KinesisError{"", status.error()};
    }
  }
}

/// Has the call sent again, or says why that makes no sense.
std::optional<KinesisDone> KinesisClient::retry(Call call, const http::Reply& reply) {
  auto refusal = read_kinesis_refusal(name_of(call.action), reply, url_);
  // A reply that is none may have been cut short.
  if (reply.status == 200) refusal.may_pass = true;
  answered_ = answered_ || refusal.answered;
  call.throttled = call.throttled || refusal.throttled;
  const auto now = options_.now();
  const auto since = std::chrono::duration_cast<http::Milliseconds>(now - call.first_sent);
  if (const auto wait = wait_before_retry(refusal, reply, answered_, since, call.backoff)) {
    waiting_.emplace(now + *wait, std::move(call));
    return std::nullopt;
  }
  KinesisDone done;
  done.id = call.id;
  done.error = KinesisError{refusal.code, {refusal.reason, refusal.hint}};
  return done;
}

std::optional<KinesisDone> KinesisClient::settle(Call call, http::Reply reply) {
  auto answer = reply.status == 200 ? read_answer(call.action, reply.body) : std::nullopt;
  if (!answer) return retry(std::move(call), reply);
  answered_ = true;
  KinesisDone done;
  done.id = call.id;
  done.answer = std::move(*answer);
  done.reply = std::move(reply);
  done.throttled = call.throttled;
  return done;
}

std::vector<KinesisDone> KinesisClient::wait(std::optional<http::Milliseconds> at_most) {
  std::vector<KinesisDone> done;
  send_due(done);
  if (!done.empty()) return done;
  if (const auto next = wait_for_first(waiting_, options_.now())) {
    at_most = std::min(*next, at_most.value_or(*next));
  }
  for (auto& [id, reply] : transport_.wait(at_most)) {
    auto call = std::move(under_way_.extract(id).mapped());
    if (auto ended = settle(std::move(call), std::move(reply))) done.push_back(std::move(*ended));
  }
  return done;
}

KinesisDone KinesisClient::ask(KinesisAction action, std::string arguments) {
  const uint64_t id = start(action, std::move(arguments));
  for (;;) {
    for (auto& done : wait(std::nullopt)) {
      if (done.id == id) return std::move(done);
    }
  }
}

namespace {

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
  const auto error = reply.status == 0 ? wire::AwsError() : error_in(reply);
  KinesisRefusal refusal;
  if (error.name.empty()) {
    refusal.Refusal::operator=(reply.status == 0
                                   ? refusal_of_network(Service::kinesis, reply, address)
                                   : refusal_of_stranger(Service::kinesis, reply, address));
    return refusal;
  }
  refusal.Refusal::operator=(
      refusal_of_error(Service::kinesis, error.name, error.message, reply.status));
  refusal.code = error.name;
  refusal.throttled = wire::kind_of_aws_error(error.name) == wire::AwsErrorKind::throttled;
  if (refusal.hint.empty() && !refusal.may_pass && is_about_rights(error, reply.status)) {
    refusal.hint = "the credentials must be allowed kinesis:" + action +
                   " there; man pinpipe-aws has the policy";
  }
  return refusal;
}

}  // namespace pinpipe::aws
