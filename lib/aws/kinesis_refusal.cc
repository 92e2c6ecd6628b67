#include "aws/kinesis_refusal.h"

#include "aws/xml.h"
#include "wire/aws_error.h"

namespace pinpipe::aws {
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
