#include "delivery/reply_hints.h"

namespace pinpipe::delivery {
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
