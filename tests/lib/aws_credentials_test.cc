#include "aws/credentials.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "aws/service.h"

namespace pinpipe::aws {
namespace {

using Variables = std::map<std::string, std::string>;

Environment environment(const Variables& variables) {
  return [variables](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

/// Servers that do not answer.
const CredentialServers kNobody{[](const auto&) {
                                  return Error{"not found", ""};
                                },
                                [](const auto&) { return http::Reply(); },
                                [](const auto&) { return http::Reply(); }};

Result<Credentials> find_credentials(const Environment& environment) {
  return aws::find_credentials(environment, kNobody);
}

/// A home with the files of the AWS tools.
class CredentialFiles : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "/credentials.XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    home_ = name;
    std::filesystem::create_directory(home_ / ".aws");
  }
  void TearDown() override { std::filesystem::remove_all(home_); }

  void write(const std::string& name, const std::string& text) {
    std::ofstream(home_ / ".aws" / name) << text;
  }
  Environment with(Variables variables) {
    variables["HOME"] = home_;
    return environment(variables);
  }

  std::filesystem::path home_;
};

TEST_F(CredentialFiles, TheEnvironmentWins) {
  write("credentials", "[default]\naws_access_key_id=F\naws_secret_access_key=G\n");
  const auto found = find_credentials(with(
      {{"AWS_ACCESS_KEY_ID", "A"}, {"AWS_SECRET_ACCESS_KEY", "B"}, {"AWS_SESSION_TOKEN", "C"}}));
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found.value().access_key, "A");
  EXPECT_EQ(found.value().secret_key, "B");
  EXPECT_EQ(found.value().session_token, "C");
}

TEST_F(CredentialFiles, ReadsTheProfileThatIsAskedFor) {
  write("credentials",
        "# keys\n[default]\naws_access_key_id = D\naws_secret_access_key = E\n\n"
        "[work]\r\naws_access_key_id=W\r\naws_secret_access_key=a/b+c==\r\naws_session_token = "
        "T\r\n");
  write("config",
        "[default]\nregion = eu-west-1 # home\n[profile work]\ns3 =\n  region = "
        "wrong\nregion=us-east-2\n");
  const auto by_default = find_credentials(with({}));
  ASSERT_TRUE(by_default.ok());
  EXPECT_EQ(by_default.value().access_key, "D");
  EXPECT_EQ(find_region(with({})), "eu-west-1");
  const auto work = find_credentials(with({{"AWS_PROFILE", "work"}}));
  ASSERT_TRUE(work.ok());
  EXPECT_EQ(work.value().secret_key, "a/b+c==");
  EXPECT_EQ(work.value().session_token, "T");
  EXPECT_EQ(find_region(with({{"AWS_PROFILE", "work"}})), "us-east-2");
}

TEST_F(CredentialFiles, RegionsOfTheEnvironmentWin) {
  write("config", "[default]\nregion = a\n");
  EXPECT_EQ(find_region(with({{"AWS_DEFAULT_REGION", "b"}})), "b");
  EXPECT_EQ(find_region(with({{"AWS_DEFAULT_REGION", "b"}, {"AWS_REGION", "c"}})), "c");
}

TEST_F(CredentialFiles, OtherFilesMayBeNamed) {
  write("mine", "[default]\naws_access_key_id=M\naws_secret_access_key=N\n");
  const auto found =
      find_credentials(with({{"AWS_SHARED_CREDENTIALS_FILE", home_ / ".aws" / "mine"}}));
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found.value().access_key, "M");
}

TEST_F(CredentialFiles, SaysWhatIsMissingWithoutSayingWhatIsThere) {
  EXPECT_EQ(find_credentials(with({})).error().what, "there are no AWS credentials");
  EXPECT_EQ(find_credentials(with({{"AWS_PROFILE", "x"}})).error().what,
            "there is no AWS profile 'x'");
  EXPECT_EQ(find_credentials(with({{"AWS_ACCESS_KEY_ID", "AK"}})).error().what,
            "there is an AWS access key in the environment, but no AWS_SECRET_ACCESS_KEY");
  write("config", "[profile sso]\nsso_session = mine\n");
  EXPECT_EQ(find_credentials(with({{"AWS_PROFILE", "sso"}})).error().what,
            "the AWS profile 'sso' has no keys: it uses sso_session");
}

TEST_F(CredentialFiles, KeysOfTheCredentialsFileGoBeforeACommandAndThatBeforeThoseOfTheOther) {
  CredentialServers servers = kNobody;
  servers.run = [](const std::string& command) {
    return Result<std::string>(R"({"Version": 1, "AccessKeyId": ")" + command +
                               R"(", "SecretAccessKey": "S"})");
  };
  const auto key = [&] { return aws::find_credentials(with({}), servers).value().access_key; };
  write("config",
        "[default]\ncredential_process = run me\naws_access_key_id=C\n"
        "aws_secret_access_key=D\n");
  EXPECT_EQ(key(), "run me");
  write("credentials", "[default]\naws_access_key_id=A\naws_secret_access_key=B\n");
  EXPECT_EQ(key(), "A");
}

TEST(ServiceUrl, IsTheOneOfTheServiceThenOfAllThenAmazons) {
  Variables variables{{"AWS_ENDPOINT_URL_KINESIS", "http://a"}, {"AWS_ENDPOINT_URL", "http://b"}};
  EXPECT_EQ(service_url("kinesis", "eu-west-1", environment(variables)), "http://a");
  EXPECT_EQ(service_url("s3", "eu-west-1", environment(variables)), "http://b");
  EXPECT_EQ(service_url("kinesis", "eu-west-1", environment({})),
            "https://kinesis.eu-west-1.amazonaws.com");
  EXPECT_EQ(service_url("kinesis", "cn-north-1", environment({})),
            "https://kinesis.cn-north-1.amazonaws.com.cn");
  EXPECT_EQ(service_url("kinesis", "", environment({})), "");
}

}  // namespace
}  // namespace pinpipe::aws
