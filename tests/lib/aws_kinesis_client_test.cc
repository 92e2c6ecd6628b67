#include "aws/kinesis_client.h"

#include <gtest/gtest.h>

#include <map>

#include "fake_transport.h"

namespace pinpipe::aws {
namespace {

using http::FakeTransport;
using http::header_of;
using http::Reply;
using http::reply_of;
using http::Request;

constexpr const char* kNoShards = R"({"Shards":[]})";

Reply error_of(int status, const std::string& code, const std::string& words = "Words.") {
  return reply_of(status, "{\"__type\":\"" + code + "\",\"message\":\"" + words + "\"}");
}

class Kinesis : public testing::Test {
 protected:
  Kinesis() {
    options_.endpoint = "http://h:1";
    options_.region = "eu-west-1";
    options_.credentials = [] { return Result<Credentials>(Credentials{"AK", "SK", "ST"}); };
    options_.now = [this] { return transport_->now; };
    options_.unix_time = [] { return std::time_t(1'795'600'000); };
  }

  KinesisClient client(FakeTransport::Server server) {
    transport_ = std::make_unique<FakeTransport>(std::move(server));
    return KinesisClient(options_, *transport_);
  }
  KinesisDone ask(FakeTransport::Server server, KinesisAction action = KinesisAction::list_shards) {
    return client(std::move(server)).ask(action, wire::stream_arguments("s"));
  }

  ServiceOptions options_;
  std::unique_ptr<FakeTransport> transport_;
};

TEST_F(Kinesis, SignsACallForItsRegion) {
  ask([](auto&) { return reply_of(200, kNoShards); });
  const auto& request = transport_->sent.at(0);
  EXPECT_EQ(request.url, "http://h:1/");
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(header_of(request, "X-Amz-Target"), "Kinesis_20131202.ListShards");
  EXPECT_EQ(header_of(request, "X-Amz-Security-Token"), "ST");
  EXPECT_EQ(header_of(request, "Content-Type"), "application/x-amz-json-1.1");
  EXPECT_TRUE(header_of(request, "Authorization")
                  .starts_with("AWS4-HMAC-SHA256 Credential=AK/20261125/eu-west-1/kinesis/"));
  EXPECT_EQ(transport_->bodies.at(0), R"({"StreamName":"s"})");
}

TEST_F(Kinesis, IsAmazonsWithoutAnEndpoint) {
  options_.endpoint = "";
  ask([](auto&) { return reply_of(200, kNoShards); });
  EXPECT_EQ(transport_->sent.at(0).url, "https://kinesis.eu-west-1.amazonaws.com/");
}

TEST_F(Kinesis, OptionsAreThoseOfTheEnvironment) {
  const auto options = [](std::map<std::string, std::string> variables) {
    return kinesis_options([=](const std::string& name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      return found == variables.end() ? std::nullopt : std::optional(found->second);
    });
  };
  EXPECT_EQ(options({{"AWS_CONFIG_FILE", "/none"}}).error().what, "no AWS region is set");
  const auto two = options({{"AWS_DEFAULT_REGION", "r"},
                            {"AWS_ENDPOINT_URL", "http://a"},
                            {"AWS_ENDPOINT_URL_KINESIS", "http://k/"}});
  EXPECT_EQ(two.value().region, "r");
  EXPECT_EQ(two.value().endpoint, "http://k");
  EXPECT_EQ(options({{"AWS_REGION", "r"}, {"AWS_ENDPOINT_URL", "h:1"}}).error().what,
            "the endpoint of Kinesis is not a URL: 'h:1'");
}

// ---- retries ------------------------------------------------------------------------------------

TEST_F(Kinesis, TriesAgainWhatMayPass) {
  std::vector<Reply> replies{error_of(400, "ProvisionedThroughputExceededException"),
                             error_of(500, "com.amazonaws.kinesis#InternalFailure"),
                             reply_of(503, "<html>"),
                             reply_of(0),
                             reply_of(200, R"({"Shards":[)"),  // cut short
                             reply_of(200, kNoShards)};
  size_t at = 0;
  const auto done = ask([&](auto&) { return replies.at(at++); });
  EXPECT_FALSE(done.error);
  EXPECT_TRUE(done.throttled);
  EXPECT_EQ(transport_->bodies, std::vector<std::string>(6, R"({"StreamName":"s"})"));
  EXPECT_GT(transport_->now, http::TimePoint());
}

TEST_F(Kinesis, GivesUpAfterSomeTries) {
  options_.retry.retries = 4;
  const auto done =
      ask([](auto&) { return error_of(400, "ProvisionedThroughputExceededException"); });
  EXPECT_EQ(transport_->sent.size(), 5u);
  ASSERT_TRUE(done.error);
  EXPECT_EQ(done.error->code, "ProvisionedThroughputExceededException");
  EXPECT_EQ(done.error->error.what, "ProvisionedThroughputExceededException: Words.");
}

TEST_F(Kinesis, AnAddressThatNeverAnsweredIsGivenUpSooner) {
  const auto done = ask([](auto&) {
    Reply reply;
    reply.failure = "Connection refused";
    return reply;
  });
  EXPECT_EQ(transport_->sent.size(), 4u);
  EXPECT_EQ(done.error->error.what, "no answer from http://h:1: Connection refused");
  EXPECT_NE(done.error->error.hint.find("AWS_ENDPOINT_URL_KINESIS"), std::string::npos);
}

TEST_F(Kinesis, WhatIsRefusedForGoodIsSentOnce) {
  const auto done = ask([](auto&) { return error_of(400, "ExpiredIteratorException"); },
                        KinesisAction::get_records);
  EXPECT_EQ(done.error->code, "ExpiredIteratorException");
  EXPECT_EQ(transport_->sent.size(), 1u);
}

TEST_F(Kinesis, AThrottledCallHoldsUpNoOther) {
  int asked = 0;
  auto calls = client([&](const Request&) {
    return ++asked == 1 ? error_of(400, "ProvisionedThroughputExceededException")
                        : reply_of(200, kNoShards);
  });
  const auto first = calls.start(KinesisAction::list_shards, wire::stream_arguments("a"));
  const auto second = calls.start(KinesisAction::list_shards, wire::stream_arguments("b"));
  std::vector<uint64_t> order;
  while (order.size() < 2) {
    for (const auto& done : calls.wait(std::nullopt)) order.push_back(done.id);
  }
  EXPECT_EQ(order, (std::vector<uint64_t>{second, first}));
}

TEST_F(Kinesis, WithoutCredentialsSendsNothing) {
  options_.credentials = [] { return Result<Credentials>(Error{"there are none", "h"}); };
  const auto done = ask([](auto&) { return reply_of(200, kNoShards); });
  EXPECT_EQ(done.error->error.what, "there are none");
  EXPECT_TRUE(transport_->sent.empty());
}

// ---- hints --------------------------------------------------------------------------------------

TEST_F(Kinesis, SaysWhatToDoAboutEachCause) {
  struct Row {
    Reply reply;
    const char* hint;
  };
  auto of_header = reply_of(403, "{\"Message\":\"m\"}");
  of_header.error_type = "AccessDeniedException:http://x/";
  const Row rows[] = {
      {error_of(400, "ResourceNotFoundException"), "create-streams"},
      {error_of(400, "ExpiredTokenException"), "get new credentials"},
      {error_of(400, "UnrecognizedClientException"), "does not know the key"},
      {error_of(400, "InvalidSignatureException"), "AWS_SECRET_ACCESS_KEY"},
      {error_of(403, "InvalidSignatureException", "Signature expired: 2026 is now earlier"),
       "timedatectl"},
      {error_of(403, "InvalidSignatureException", "Signature not yet current: …"), "timedatectl"},
      {error_of(400, "InvalidSignatureException",
                "Credential should be scoped to a valid region, not 'us-east-1'."),
       "AWS_REGION"},
      {error_of(400, "AccessDeniedException"), "kinesis:ListShards"},
      {of_header, "kinesis:ListShards"},
      {reply_of(403,
                "<ErrorResponse><Errors><Error><Code>SignatureDoesNotMatch</Code><Message>The "
                "request signature</Message></Error></Errors></ErrorResponse>"),
       "AWS_SECRET_ACCESS_KEY"},
      {error_of(400, "KMSDisabledException"), "encrypted"},
      {reply_of(404, "<!DOCTYPE html><html></html>"), "AWS_ENDPOINT_URL"},
      {reply_of(403), "AWS_ENDPOINT_URL"},
  };
  for (const auto& row : rows) {
    const auto done = ask([&](auto&) { return row.reply; });
    ASSERT_TRUE(done.error);
    const auto& error = done.error->error;
    EXPECT_NE(error.hint.find(row.hint), std::string::npos) << error.what << ": " << error.hint;
    EXPECT_EQ(transport_->sent.size(), 1u) << error.what;
  }
}

TEST_F(Kinesis, NamesWhatDoesNotAnswerAsKinesis) {
  const auto done = ask([](auto&) { return reply_of(200, "<html>"); });
  EXPECT_EQ(done.error->error.what, "http://h:1 does not answer as Kinesis does: HTTP 200: <html>");
}

}  // namespace
}  // namespace pinpipe::aws
