// Roles: what is asked of STS, what its replies come to, and which role the environment and the
// profiles name.
#include "aws/sts.h"

#include <gtest/gtest.h>

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

constexpr std::time_t kNow = 1'795'600'000;  // 2026-11-25T09:46:40Z
constexpr const char* kArn = "arn:aws:iam::123456789012:role/sink";
const Credentials kSource{"AKIDEXAMPLE", "not/a+secret", "tok=="};

std::string keys_xml(const std::string& action, const std::string& key = "ASIA1") {
  return "<" + action + "Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><" + action +
         "Result><AssumedRoleUser><Arn>a</Arn></AssumedRoleUser><Credentials><AccessKeyId>" + key +
         "</AccessKeyId><SecretAccessKey>S/1+</SecretAccessKey><SessionToken>T==</SessionToken>"
         "<Expiration>2026-11-25T10:46:40Z</Expiration></Credentials></" +
         action + "Result></" + action + "Response>";
}

std::string error_xml(const std::string& code, const std::string& message) {
  return "<ErrorResponse><Error><Type>Sender</Type><Code>" + code + "</Code><Message>" + message +
         "</Message></Error></ErrorResponse>";
}

/// STS, and what it was asked.
class StsTest : public testing::Test {
 protected:
  StsTest() {
    std::string name = testing::TempDir() + "/sts.XXXXXX";
    home_ = mkdtemp(name.data());
    std::filesystem::create_directory(home_ / ".aws");
    variables_["HOME"] = home_;
  }
  ~StsTest() override { std::filesystem::remove_all(home_); }

  Environment environment() const {
    return [variables = variables_](const std::string& name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
  }
  CredentialServers servers() {
    CredentialServers servers;
    servers.run = [](const auto&) { return Error{"no command", ""}; };
    servers.ask = [](const auto&) { return reply_of(0); };
    servers.ask_sts = [this](const Request& request) {
      asked_.push_back(request);
      bodies_.emplace_back(request.body);
      return answer_(request);
    };
    servers.now = [] { return kNow; };
    return servers;
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(home_ / ".aws" / name) << text;
  }
  Result<Credentials> assume(const Role& role) {
    return assume_role(role, kSource, environment(), servers());
  }

  std::filesystem::path home_;
  std::map<std::string, std::string> variables_;
  std::function<http::Reply(const Request&)> answer_ = [](const Request& request) {
    return reply_of(200, keys_xml(request.body.find("WebIdentity") == request.body.npos
                                      ? "AssumeRole"
                                      : "AssumeRoleWithWebIdentity"));
  };
  std::vector<Request> asked_;
  std::vector<std::string> bodies_;
};

TEST_F(StsTest, GivesKeysThatEnd) {
  const auto found = assume({kArn, "me & you", "x=1", "eu-west-1"});
  ASSERT_TRUE(found.ok()) << found.error().what;
  EXPECT_EQ(found.value().access_key, "ASIA1");
  EXPECT_EQ(found.value().secret_key, "S/1+");
  EXPECT_EQ(found.value().session_token, "T==");
  EXPECT_EQ(found.value().expires, kNow + 3600);
  EXPECT_EQ(asked_.at(0).url, "https://sts.eu-west-1.amazonaws.com/");
  EXPECT_EQ(bodies_.at(0),
            "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole"
            "%2Fsink&RoleSessionName=me%20%26%20you&ExternalId=x%3D1");
  EXPECT_EQ(header_of(asked_.at(0), "X-Amz-Security-Token"), "tok==");
  EXPECT_NE(header_of(asked_.at(0), "Authorization")
                .find("Credential=AKIDEXAMPLE/20261125/eu-west-1/sts/aws4_request"),
            std::string::npos);
}

TEST_F(StsTest, IsTheWorldsWithoutARegionAndWhereTheEnvironmentSays) {
  EXPECT_TRUE(assume({kArn}).ok());
  EXPECT_TRUE(assume({kArn, "s", "", "aws-global"}).ok());
  variables_["AWS_ENDPOINT_URL_STS"] = "http://127.0.0.1:1/";
  EXPECT_TRUE(assume({kArn, "s", "", "cn-north-1"}).ok());
  EXPECT_EQ(asked_.at(0).url, "https://sts.amazonaws.com/");
  EXPECT_EQ(asked_.at(1).url, "https://sts.amazonaws.com/");
  EXPECT_NE(header_of(asked_.at(1), "Authorization").find("/us-east-1/sts/"), std::string::npos);
  EXPECT_EQ(asked_.at(2).url, "http://127.0.0.1:1/");
  EXPECT_NE(header_of(asked_.at(2), "Authorization").find("/cn-north-1/sts/"), std::string::npos);
}

TEST_F(StsTest, SaysWhyItRefusesAndWhatToDo) {
  answer_ = [](auto&) {
    return reply_of(403, error_xml("AccessDenied", "User: u is not\n authorized"));
  };
  const auto found = assume({kArn});
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().what, std::string("cannot assume the role '") + kArn +
                                    "': AccessDenied: User: u is not authorized");
  EXPECT_NE(found.error().hint.find("trust policy"), std::string::npos);
  EXPECT_FALSE(found.error().transient);
  EXPECT_EQ(asked_.size(), 1u);
}

TEST_F(StsTest, IsAskedAgainWhereAnErrorMayPass) {
  answer_ = [this](auto&) {
    return asked_.size() < 3 ? reply_of(503, error_xml("ServiceUnavailable", "later"))
                             : reply_of(200, keys_xml("AssumeRole"));
  };
  EXPECT_TRUE(assume({kArn}).ok());
  answer_ = [](auto&) { return reply_of(0); };
  const auto found = assume({kArn});
  ASSERT_FALSE(found.ok());
  EXPECT_TRUE(found.error().transient);
  EXPECT_EQ(asked_.size(), 6u);
}

TEST_F(StsTest, ThatIsSomethingElseIsAnErrorWithoutItsKeys) {
  for (const auto* body : {"", "<html>hello</html>", "{}"}) {
    answer_ = [=](auto&) { return reply_of(200, body); };
    EXPECT_FALSE(assume({kArn}).ok()) << body;
  }
}

TEST_F(StsTest, TakesTheTokenOfAWebIdentity) {
  write("token", "eyJ.x\n");
  variables_["AWS_WEB_IDENTITY_TOKEN_FILE"] = home_ / ".aws" / "token";
  EXPECT_EQ(find_credentials(environment(), servers()).error().what,
            "AWS_WEB_IDENTITY_TOKEN_FILE is set, but not AWS_ROLE_ARN");
  variables_["AWS_ROLE_ARN"] = kArn;
  variables_["AWS_ROLE_SESSION_NAME"] = "pod";
  variables_["AWS_REGION"] = "eu-west-1";
  const auto found = find_credentials(environment(), servers());
  ASSERT_TRUE(found.ok()) << found.error().what;
  EXPECT_EQ(found.value().access_key, "ASIA1");
  EXPECT_TRUE(bodies_.at(0).ends_with("&RoleSessionName=pod&WebIdentityToken=eyJ.x"));
  EXPECT_EQ(header_of(asked_.at(0), "Authorization"), "");
  EXPECT_EQ(asked_.at(0).url, "https://sts.eu-west-1.amazonaws.com/");
  variables_["AWS_WEB_IDENTITY_TOKEN_FILE"] = "/nonexistent";
  EXPECT_EQ(find_credentials(environment(), servers()).error().what,
            "cannot open '/nonexistent': No such file or directory");
}

TEST_F(StsTest, RolesOfProfilesAreAssumedByTheirSourceProfile) {
  write("config", std::string("[profile a]\nrole_arn = ") + kArn +
                      "\nsource_profile = b\nexternal_id = e\nrole_session_name = n\n"
                      "[profile b]\nrole_arn = arn:b\nsource_profile = c\n");
  write("credentials", "[c]\naws_access_key_id = CKEY\naws_secret_access_key = S\n");
  variables_["AWS_PROFILE"] = "a";
  const auto found = find_credentials(environment(), servers());
  ASSERT_TRUE(found.ok()) << found.error().what;
  ASSERT_EQ(bodies_.size(), 2u);
  EXPECT_NE(bodies_[0].find("RoleArn=arn%3Ab&"), std::string::npos);
  EXPECT_NE(header_of(asked_[0], "Authorization").find("=CKEY/"), std::string::npos);
  EXPECT_NE(bodies_[1].find("RoleSessionName=n&ExternalId=e"), std::string::npos);
  EXPECT_NE(header_of(asked_[1], "Authorization").find("=ASIA1/"), std::string::npos);
}

TEST_F(StsTest, ProfilesInACircleAreAnError) {
  write("config",
        "[profile a]\nrole_arn = x\nsource_profile = b\n[profile b]\nrole_arn = x\n"
        "source_profile = a\n");
  variables_["AWS_PROFILE"] = "a";
  EXPECT_NE(find_credentials(environment(), servers()).error().what.find("too many profiles"),
            std::string::npos);
  EXPECT_TRUE(asked_.empty());
}

TEST_F(StsTest, ARoleThatWantsACodeOrHasNoSourceIsRefusedByName) {
  write("config", "[default]\nrole_arn = x\nmfa_serial = m\nsource_profile = default\n");
  EXPECT_EQ(find_credentials(environment(), servers()).error().what,
            "the AWS profile 'default' has no keys: it uses mfa_serial");
  write("config", "[default]\nrole_arn = x\n");
  EXPECT_EQ(find_credentials(environment(), servers()).error().what,
            "the AWS profile 'default' has a role_arn, but neither source_profile nor "
            "credential_source");
}

TEST(CredentialSource, LooksAgainSoonWhereAnErrorMayPass) {
  std::time_t now = kNow;
  int asked = 0;
  bool transient = true;
  CredentialSource source(
      [&]() -> Result<Credentials> {
        ++asked;
        return Error{"no", "", transient};
      },
      nullptr, [&] { return now; });
  for (int i = 0; i < 60; ++i, ++now) EXPECT_FALSE(source.get().ok());
  EXPECT_EQ(asked, 12);
  transient = false;
  for (int i = 0; i < 120; ++i, ++now) EXPECT_FALSE(source.get().ok());
  EXPECT_EQ(asked, 14);
}

}  // namespace
}  // namespace pinpipe::aws
