#include "aws/temporary_credentials.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "aws/credential_source.h"
#include "fake_transport.h"

namespace pinpipe::aws {
namespace {

using http::header_of;
using http::reply_of;
using http::Request;

constexpr const char* kKeys =
    R"({"Code":"Success","AccessKeyId":"A","SecretAccessKey":"S","Token":"T",)"
    R"("Expiration":"2026-11-25T10:00:00Z"})";
constexpr std::time_t kExpires = 1'795'600'800;

Environment environment(const std::map<std::string, std::string>& variables) {
  return [variables](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
}

/// Servers, and what they were asked.
struct Servers {
  std::vector<Request> asked;
  std::function<http::Reply(const Request&)> answer;

  CredentialServers all() {
    return {[](const auto&) {
              return Error{"no command", ""};
            },
            [this](const Request& request) {
              asked.push_back(request);
              return answer(request);
            }};
  }
};

Result<Credentials> of_output(const std::string& output) {
  return process_credentials_of(
      "c", {[=](const auto&) { return Result<std::string>(output); }, nullptr});
}

// ---- commands -----------------------------------------------------------------------------------

TEST(CredentialProcess, PrintsKeysAsJson) {
  const auto found = of_output(
      "{\n  \"Version\": 1,\n  \"AccessKeyId\": \"A\", \"SecretAccessKey\": \"S\\/x\",\n"
      "  \"SessionToken\": \"T\", \"Expiration\": \"2026-11-25T11:00:00.5+01:00\"\n}\n");
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found.value().access_key, "A");
  EXPECT_EQ(found.value().secret_key, "S/x");
  EXPECT_EQ(found.value().session_token, "T");
  EXPECT_EQ(found.value().expires, kExpires);
}

TEST(CredentialProcess, ThatPrintsSomethingElseIsAnErrorWithoutIt) {
  for (const char* output :
       {"", "secret", R"({"Version":2,"AccessKeyId":"A","SecretAccessKey":"secret"})",
        R"({"AccessKeyId":"A","SecretAccessKey":"secret"})", R"({"Version":1,"AccessKeyId":"A"})",
        R"({"Version":1,"AccessKeyId":"A","SecretAccessKey":"secret","Expiration":"soon"})"}) {
    const auto found = of_output(output);
    ASSERT_FALSE(found.ok()) << output;
    EXPECT_EQ(found.error().what.find("secret"), std::string::npos);
  }
}

TEST(CredentialProcess, IsRunByAShellAndItsFailureIsTold) {
  const auto run = process_servers().run;
  EXPECT_EQ(run("echo 'a b'; cat").value(), "a b\n");  // its input is empty
  EXPECT_EQ(run("echo why >&2; exit 3").error().what, "why");
  EXPECT_FALSE(run("no-such-command-at-all").ok());
}

// ---- containers ---------------------------------------------------------------------------------

TEST(ContainerCredentials, AreAskedForWithItsToken) {
  Servers servers;
  servers.answer = [](auto&) { return reply_of(200, kKeys); };
  const auto token = testing::TempDir() + "/token." + std::to_string(getpid());
  std::ofstream(token) << "let me";
  const auto found = container_credentials(
      environment({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials"},
                   {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", token},
                   {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "other"}}),
      servers.all());
  std::filesystem::remove(token);
  ASSERT_TRUE(found.ok() && found.value());
  EXPECT_EQ(found.value()->session_token, "T");
  EXPECT_EQ(found.value()->expires, kExpires);
  EXPECT_EQ(servers.asked.at(0).url, "http://169.254.170.23/v1/credentials");
  EXPECT_EQ(header_of(servers.asked.at(0), "Authorization"), "let me");
}

TEST(ContainerCredentials, OfAPathAreThoseOfTheAgent) {
  Servers servers;
  servers.answer = [&](auto&) {
    return servers.asked.size() < 3 ? reply_of(500) : reply_of(200, kKeys);
  };
  const auto found = container_credentials(
      environment({{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/x?id=1"}}), servers.all());
  EXPECT_TRUE(found.ok() && found.value());
  EXPECT_EQ(servers.asked.at(2).url, "http://169.254.170.2/v2/x?id=1");
}

TEST(ContainerCredentials, AreNotAskedOfStrangers) {
  Servers servers;
  for (const char* url : {"http://example.com/", "http://169.254.170.2.example.com/", "ftp://h/",
                          "http://127.0.0.1@example.com/"}) {
    const auto found = container_credentials(
        environment({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", url}}), servers.all());
    EXPECT_FALSE(found.ok()) << url;
  }
  EXPECT_TRUE(servers.asked.empty());
}

// ---- instances ----------------------------------------------------------------------------------

TEST(InstanceCredentials, AreThoseOfItsRoleBehindAToken) {
  Servers servers;
  servers.answer = [](const Request& request) {
    if (request.method == "PUT") return reply_of(200, "TOKEN");
    if (header_of(request, "x-aws-ec2-metadata-token") != "TOKEN") return reply_of(401);
    return reply_of(200, request.url.ends_with("/role") ? kKeys : "role");
  };
  const auto found = instance_credentials(
      environment({{"AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1/"}}), servers.all());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->access_key, "A");
  EXPECT_EQ(servers.asked.at(2).url,
            "http://127.0.0.1:1/latest/meta-data/iam/security-credentials/role");
}

TEST(InstanceCredentials, AreNoneWhereNobodyAnswersOrNobodyIsToBeAsked) {
  Servers servers;
  servers.answer = [](auto&) { return reply_of(0); };
  EXPECT_FALSE(instance_credentials(environment({}), servers.all()));
  EXPECT_EQ(servers.asked.size(), 1u);
  EXPECT_EQ(servers.asked.at(0).url, "http://169.254.169.254/latest/api/token");
  servers.asked.clear();
  EXPECT_FALSE(
      instance_credentials(environment({{"AWS_EC2_METADATA_DISABLED", "true"}}), servers.all()));
  EXPECT_TRUE(servers.asked.empty());
}

// ---- for as long as a run takes -----------------------------------------------------------------

class Source : public testing::Test {
 protected:
  Source()
      : source_(environment({{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/"}}), with_clock(),
                [this](const Credentials&) { ++heard_; }) {
    servers_.answer = [](auto&) { return reply_of(200, kKeys); };
  }
  CredentialServers with_clock() {
    auto all = servers_.all();
    all.now = [this] { return now_; };
    return all;
  }

  Servers servers_;
  std::time_t now_ = kExpires - 3600;
  int heard_ = 0;
  CredentialSource source_;
};

TEST_F(Source, KeepsWhatItFoundAndAsksAgainBeforeItEnds) {
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(source_.get().ok());
  EXPECT_EQ(servers_.asked.size(), 1u);
  now_ = kExpires - 14 * 60;
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(source_.get().ok());
  EXPECT_EQ(servers_.asked.size(), 2u);
  now_ += 60;
  EXPECT_TRUE(source_.get().ok());
  EXPECT_EQ(servers_.asked.size(), 3u);
  EXPECT_EQ(heard_, 3);
}

TEST_F(Source, LivesOnWhatItHasUntilThatEnds) {
  EXPECT_TRUE(source_.get().ok());
  servers_.answer = [](auto&) { return reply_of(500); };
  now_ = kExpires - 600;
  EXPECT_TRUE(source_.get().ok());
  now_ = kExpires + 1;
  EXPECT_FALSE(source_.get().ok());
}

TEST_F(Source, NeverGivesWhatHasEndedThoughItLookedAMinuteAgo) {
  now_ = kExpires - 10;
  EXPECT_TRUE(source_.get().ok());
  servers_.answer = [](auto&) { return reply_of(500); };
  for (now_ = kExpires - 5; now_ < kExpires - 1; ++now_) EXPECT_TRUE(source_.get().ok());
  EXPECT_FALSE(source_.get().ok());  // it would end before it could be used
}

TEST_F(Source, GivesNothingThatEndedWhileItLooked) {
  now_ = kExpires - 600;
  EXPECT_TRUE(source_.get().ok());
  servers_.answer = [this](auto&) {
    now_ = kExpires + 1;
    return reply_of(500);
  };
  now_ = kExpires - 5;
  EXPECT_FALSE(source_.get().ok());
}

TEST_F(Source, LooksAgainSoonWhereWhatItFindsHasEnded) {
  now_ = kExpires + 100;
  for (int i = 0; i < 10; ++i, ++now_) EXPECT_TRUE(source_.get().ok());  // as it was found
  EXPECT_EQ(servers_.asked.size(), 2u);
}

}  // namespace
}  // namespace pinpipe::aws
