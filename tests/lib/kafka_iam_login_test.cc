// What client.properties for MSK by IAM come to, and what is refused.
#include "kafka/iam_login.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "base/base64.h"
#include "fake_transport.h"
#include "kafka/jaas.h"

namespace pinpipe::kafka {
namespace {

using http::header_of;
using http::reply_of;

const Property kTls{"security.protocol", "SASL_SSL", "f:1"};
const Property kMechanism{"sasl.mechanism", "AWS_MSK_IAM", "f:2"};
const Property kHandler{"sasl.client.callback.handler.class",
                        "software.amazon.msk.auth.iam.IAMClientCallbackHandler", "f:4"};
constexpr const char* kModule = "software.amazon.msk.auth.iam.IAMLoginModule";
constexpr const char* kArn = "arn:aws:iam::123456789012:role/0a-access";

Property module_with(const std::string& options) {
  return {"sasl.jaas.config", std::string(kModule) + " required" + options + ";", "f:3"};
}

/// REQUIRES: they are a login
IamLogin login_of(std::vector<Property> properties) {
  auto login = take_iam_login(properties);
  EXPECT_TRUE(login.ok()) << login.error().what;
  EXPECT_TRUE(login.value());
  return **login;
}

Error refusal_of(std::vector<Property> properties) {
  const auto login = take_iam_login(properties);
  EXPECT_FALSE(login.ok());
  return login.ok() ? Error{} : login.error();
}

// ---- properties ---------------------------------------------------------------------------------

TEST(IamLogin, TakesTheFourLinesAndLeavesTheRest) {
  std::vector<Property> properties{
      {"bootstrap.servers", "b-1.p.x.c4.kafka.eu-west-1.amazonaws.com:9098,b-2:9098", "f:0"},
      kTls,
      kMechanism,
      module_with(std::string(" awsRoleArn=\"") + kArn + "\""),
      kHandler};
  auto login = take_iam_login(properties);
  ASSERT_TRUE(login.ok() && login.value());
  EXPECT_EQ((*login)->role.arn, kArn);
  EXPECT_EQ((*login)->role.session_name, "pinpipe");
  EXPECT_EQ((*login)->region, "eu-west-1");
  ASSERT_EQ(properties.size(), 3u);
  EXPECT_EQ(properties[1].key, "security.protocol");
  EXPECT_EQ(properties[2].key, "sasl.mechanism");
  EXPECT_EQ(properties[2].value, "OAUTHBEARER");
  EXPECT_TRUE(make_configuration(properties).ok());
}

TEST(IamLogin, IsInTheRegionOfTheBrokersThatCount) {
  const auto region = [](const std::string& first, const std::string& last) {
    return login_of({{"bootstrap.servers", first, "f"},
                     kTls,
                     kMechanism,
                     {"metadata.broker.list", last, "--bootstrap"}})
        .region;
  };
  const std::string west = "b-1.p.x.c4.kafka.eu-west-1.amazonaws.com:9098";
  const std::string east = "boot-x.c1.kafka-serverless.us-east-1.amazonaws.com:9098";
  EXPECT_EQ(region(west, east), "us-east-1");
  EXPECT_EQ(region(west, "localhost:9098," + west + "," + east), "eu-west-1");
  EXPECT_EQ(region(west, "localhost:9098"), "");
}

TEST(IamLogin, IsTheProcesssOwnWithoutARole) {
  EXPECT_EQ(login_of({kTls, kMechanism, module_with(""), kHandler}).role.arn, "");
  EXPECT_EQ(login_of({kTls, kMechanism}).role.arn, "");
  EXPECT_EQ(login_of({{"security.protocol", "sasl_ssl", "f:1"},
                      {"sasl.mechanisms", "AWS_MSK_IAM", "f:2"}})
                .role.arn,
            "");
}

TEST(IamLogin, TakesAllOptionsOfTheModule) {
  const auto login = login_of(
      {kTls, kMechanism,
       module_with("\n  awsRoleArn='arn:r' awsRoleSessionName = \"n n\" awsRoleExternalId=e\t"
                   "awsStsRegion=\"eu-west-2\" awsProfileName=p.q-r awsRoleAccessKeyId=A "
                   "awsRoleSecretAccessKey=\"s/=+\" awsRoleSessionToken=t== awsDebugCreds=true "
                   "awsMaxRetries=\"7\" awsMaxBackOffTimeMs=500 "),
       kHandler});
  EXPECT_EQ(login.role.arn, "arn:r");
  EXPECT_EQ(login.role.session_name, "n n");
  EXPECT_EQ(login.role.external_id, "e");
  EXPECT_EQ(login.role.sts_region, "eu-west-2");
  EXPECT_EQ(login.profile, "p.q-r");
  EXPECT_EQ(login.role_keys.access_key, "A");
  EXPECT_EQ(login.role_keys.secret_key, "s/=+");
  EXPECT_EQ(login.role_keys.session_token, "t==");
}

TEST(IamLogin, TakesWhatJavaHasForOauthbearer) {
  const std::string handler = "software.amazon.msk.auth.iam.IAMOAuthBearerLoginCallbackHandler";
  std::vector<Property> properties{
      kTls,
      {"sasl.mechanism", "OAUTHBEARER", "f:2"},
      {"sasl.jaas.config",
       "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required "
       "awsProfileName=p;",
       "f:3"},
      {"sasl.login.callback.handler.class", handler, "f:4"},
      {"sasl.client.callback.handler.class", handler, "f:5"}};
  EXPECT_EQ(login_of(properties).profile, "p");
}

TEST(IamLogin, IsNoneWhereAnotherMechanismIsAskedFor) {
  const std::vector<std::vector<Property>> kOthers = {
      {},
      {kTls},
      {kTls, {"sasl.mechanism", "SCRAM-SHA-512", "f"}},
      {kTls, kMechanism, {"sasl.mechanism", "PLAIN", "f"}},
      {kTls, {"sasl.mechanism", "OAUTHBEARER", "f"}}};
  for (auto properties : kOthers) {
    const auto before = properties.size();
    const auto login = take_iam_login(properties);
    EXPECT_TRUE(login.ok() && !login.value());
    EXPECT_EQ(properties.size(), before);
  }
}

TEST(IamLogin, IsByTlsOnly) {
  EXPECT_EQ(refusal_of({kMechanism}).what, "f:2: sasl.mechanism: IAM is by TLS only");
  EXPECT_EQ(refusal_of({{"security.protocol", "SASL_PLAINTEXT", "f:7"}, kMechanism}).what,
            "f:7: security.protocol: IAM is by TLS only");
}

TEST(IamLogin, IsByAmazonsClassesOnly) {
  EXPECT_EQ(refusal_of({kTls, kMechanism, {kHandler.key, "com.example.Mine", "f:4"}}).what,
            "f:4: sasl.client.callback.handler.class: not Amazon's class for this mechanism");
  EXPECT_EQ(
      refusal_of({kTls, kMechanism, {"sasl.jaas.config", "com.example.Mine required;", "f:3"}})
          .what,
      "f:3: sasl.jaas.config: not the login module of this mechanism");
}

TEST(IamLogin, SaysWhatIsWrongInTheModulesLineWithoutWhatIsInIt) {
  const std::pair<std::string, std::string> kCases[] = {
      {"", "no login module"},
      {kModule, "no 'required' behind the login module"},
      {std::string(kModule) + " wanted;", "no 'required' behind the login module"},
      {std::string(kModule) + " required", "no ';' at the end of the login module"},
      {std::string(kModule) + " required awsRoleArn=\"hunter2", "a quotation is not closed"},
      {std::string(kModule) + " required hunter2;", "an option is not of the form NAME=VALUE"},
      {std::string(kModule) + " required; hunter2 required;",
       "something stands behind the ';' of the login module"},
      {std::string(kModule) + " required awsRoleARN=hunter2;",
       "the login module has no option 'awsRoleARN'"},
      {std::string(kModule) + " required hunter2=x;",
       "the login module has no option of this name"},
      {std::string(kModule) + " required awsRoleArn=\"\";", "awsRoleArn is empty"},
      {std::string(kModule) + " required awsRoleAccessKeyId=hunter2;",
       "awsRoleAccessKeyId and awsRoleSecretAccessKey are one key: both or none"}};
  for (const auto& [line, why] : kCases) {
    const auto error = refusal_of({kTls, kMechanism, {"sasl.jaas.config", line, "f:3"}, kHandler});
    EXPECT_EQ(error.what, "f:3: sasl.jaas.config: " + why) << line;
    EXPECT_EQ(error.hint.find("hunter2"), std::string::npos) << line;
  }
}

TEST(LoginModule, IsReadAsJavaReadsIt) {
  const auto module = parse_login_module(
      R"(  a.b.C  REQUIRED  x="1;2" y='3"4' z\="5\:6" v=\"7\" u="8\\"9" w=arn:aws:iam::1:role/r ; )");
  ASSERT_TRUE(module.ok()) << module.error().what;
  using Options = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(module.value().name, "a.b.C");
  EXPECT_EQ(module.value().options, (Options{{"x", "1;2"},
                                             {"y", "3\"4"},
                                             {"z", "5:6"},
                                             {"v", "7"},
                                             {"u", "8\"9"},
                                             {"w", "arn:aws:iam::1:role/r"}}));
}

// ---- tokens -------------------------------------------------------------------------------------

constexpr std::time_t kNow = 1'795'600'000;  // 2026-11-25T09:46:40Z

class Tokens : public testing::Test {
 protected:
  aws::Environment environment() const {
    return [variables = variables_](const std::string& name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
  }
  aws::CredentialServers servers() {
    aws::CredentialServers servers;
    servers.run = [](const auto&) { return Error{"no command", ""}; };
    servers.ask = [](const auto&) { return reply_of(0); };
    servers.ask_sts = [this](const http::Request& request) {
      asked_.push_back(request);
      return reply_of(200,
                      "<R><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId>"
                      "<SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
                      "<Expiration>2026-11-25T10:46:40Z</Expiration></Credentials>"
                      "</AssumeRoleResult></R>");
    };
    servers.now = [this] { return now_; };
    return servers;
  }
  /// The URL in the token of a login.
  std::string url(const IamLogin& login) {
    const auto make = token_maker(login, environment(), servers());
    EXPECT_TRUE(make.ok()) << make.error().what;
    const auto token = make.value()();
    EXPECT_TRUE(token.ok()) << token.error().what;
    auto text = token.value().value;
    std::ranges::replace(text, '-', '+');
    std::ranges::replace(text, '_', '/');
    text.append((4 - text.size() % 4) % 4, '=');
    Buffer bytes;
    EXPECT_TRUE(append_base64_decoded(text, bytes));
    return std::string(bytes.view());
  }

  std::map<std::string, std::string> variables_{{"AWS_ACCESS_KEY_ID", "AKIAOWN"},
                                                {"AWS_SECRET_ACCESS_KEY", "s"},
                                                {"AWS_REGION", "us-east-1"}};
  std::vector<http::Request> asked_;
  std::time_t now_ = kNow;
};

TEST_F(Tokens, AreOfTheBrokersRegionElseOfTheEnvironments) {
  IamLogin login;
  EXPECT_NE(url(login).find("=AKIAOWN%2F20261125%2Fus-east-1%2Fkafka-cluster"), std::string::npos);
  login.region = "eu-west-1";
  EXPECT_NE(url(login).find("//kafka.eu-west-1.amazonaws.com/"), std::string::npos);
  variables_.erase("AWS_REGION");
  login.region = "";
  const auto make = token_maker(login, environment(), servers());
  ASSERT_FALSE(make.ok());
  EXPECT_EQ(make.error().what, "the names of the brokers do not say in which AWS region they are");
}

TEST_F(Tokens, AreOfTheRoleAssumedInTheClustersRegionOnceAnHour) {
  IamLogin login;
  login.region = "eu-west-1";
  login.role.arn = kArn;
  const auto make = token_maker(login, environment(), servers());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(make.value()().ok());
  ASSERT_EQ(asked_.size(), 1u);
  EXPECT_EQ(asked_[0].url, "https://sts.eu-west-1.amazonaws.com/");
  EXPECT_NE(header_of(asked_[0], "Authorization").find("=AKIAOWN/"), std::string::npos);
  EXPECT_NE(url(login).find("=ASIAROLE%2F"), std::string::npos);
  now_ += 50 * 60;  // 10 minutes before its end
  EXPECT_EQ(make.value()().value().expires, kNow + 3600);
  EXPECT_EQ(asked_.size(), 3u);
}

TEST_F(Tokens, OfKeysInTheFileAssumeTheRoleByThem) {
  IamLogin login;
  login.role = {kArn, "n", "", "eu-west-2"};
  login.role_keys = {"AKIAFILE", "s", ""};
  url(login);
  EXPECT_EQ(asked_.at(0).url, "https://sts.eu-west-2.amazonaws.com/");
  EXPECT_NE(header_of(asked_[0], "Authorization").find("=AKIAFILE/"), std::string::npos);
}

TEST_F(Tokens, OfAProfileLeaveTheKeysOfTheEnvironment) {
  variables_["HOME"] = "/nonexistent";
  IamLogin login;
  login.profile = "p";
  const auto make = token_maker(login, environment(), servers());
  ASSERT_TRUE(make.ok());
  EXPECT_EQ(make.value()().error().what, "there is no AWS profile 'p'");
}

}  // namespace
}  // namespace pinpipe::kafka
