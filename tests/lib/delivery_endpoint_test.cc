#include "delivery/endpoint.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "delivery/headers.h"

namespace pinpipe::delivery {
namespace {

using Variables = std::map<std::string, std::string>;

Environment environment(const Variables& variables) {
  return [variables](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
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

Request request(Shape shape, const std::string& destination) {
  Request request;
  request.shape = shape;
  request.destination = destination;
  return request;
}

EndpointOptions options_for(const std::string& url) {
  EndpointOptions options;
  options.url = url;
  options.region = "eu-west-1";
  options.credentials = Credentials{"AK", "SK", "TOKEN"};
  return options;
}

HttpRequest http(const EndpointOptions& options, Shape shape, const std::string& destination) {
  auto endpoint = Endpoint::create(options);
  EXPECT_TRUE(endpoint.ok());
  auto http = endpoint->http_request(request(shape, destination), "{}");
  EXPECT_TRUE(http.ok());
  return http.value();
}

TEST(Endpoint, HasAPathForEachShape) {
  const auto url = [](const std::string& base, Shape shape) {
    return http(options_for(base), shape, "a b/é").url;
  };
  EXPECT_EQ(url("http://h:1/", Shape::kafka_v2), "http://h:1/topics/a%20b%2F%C3%A9");
  EXPECT_EQ(url("http://h/v3/clusters/x", Shape::kafka_v3),
            "http://h/v3/clusters/x/topics/a%20b%2F%C3%A9/records");
  EXPECT_EQ(url("https://g/prod", Shape::gateway_record),
            "https://g/prod/streams/a%20b%2F%C3%A9/record");
  EXPECT_EQ(url("https://g/prod", Shape::gateway_records),
            "https://g/prod/streams/a%20b%2F%C3%A9/records");
  EXPECT_EQ(url("http://h:1", Shape::put_records), "http://h:1/");
  EXPECT_EQ(url("", Shape::put_record), "https://kinesis.eu-west-1.amazonaws.com/");
}

TEST(Endpoint, SignsOnlyForTheKinesisApi) {
  const auto kinesis = http(options_for("http://h"), Shape::put_records, "s");
  EXPECT_TRUE(kinesis.sign);
  EXPECT_EQ(kinesis.method, "POST");
  EXPECT_EQ(kinesis.headers, (std::vector<std::string>{"Content-Type: application/x-amz-json-1.1",
                                                       "X-Amz-Target: Kinesis_20131202.PutRecords",
                                                       "X-Amz-Security-Token: TOKEN"}));
  const auto gateway = http(options_for("http://h"), Shape::gateway_records, "s");
  EXPECT_FALSE(gateway.sign);
  EXPECT_EQ(gateway.method, "PUT");
}

TEST(Endpoint, HeadersOfTheUserGoFirstAndReplaceOurs) {
  auto options = options_for("http://h");
  options.headers = {"content-TYPE: application/json", "X-Api-Key: k"};
  EXPECT_EQ(http(options, Shape::kafka_v2, "t").headers,
            (std::vector<std::string>{"content-TYPE: application/json", "X-Api-Key: k",
                                      "Accept: application/vnd.kafka.v2+json"}));
}

TEST(Endpoint, TakesTheShapesThatItsUrlIsFor) {
  const auto takes = [](const std::string& url, Shape shape) {
    return !Endpoint::create(options_for(url))->takes(shape);
  };
  EXPECT_TRUE(takes("http://h", Shape::kafka_v2));
  EXPECT_FALSE(takes("http://h", Shape::kafka_v3));
  EXPECT_TRUE(takes("http://h/v3/clusters/x", Shape::kafka_v3));
  EXPECT_FALSE(takes("http://h/v3/clusters/x", Shape::kafka_v2));
  EXPECT_TRUE(takes("", Shape::put_records));
  EXPECT_FALSE(takes("", Shape::kafka_v2));
  EXPECT_FALSE(takes("", Shape::gateway_record));
}

TEST(Endpoint, RefusesUrlsThatAreNoBase) {
  for (const char* url : {"", "localhost:8082", "ftp://h", "http://", "http:///x", "http://h/?x=1",
                          "http://h/a b", "http://h/#x"})
    EXPECT_FALSE(check_base_url(url).ok()) << url;
  const auto secret = check_base_url("http://me:secret@h/");
  ASSERT_FALSE(secret.ok());
  EXPECT_EQ(secret.error().what.find("secret"), std::string::npos);
  EXPECT_TRUE(check_base_url("http://[::1]:8082/a@b").ok());
}

TEST(Endpoint, OfKinesisMayBeElsewhere) {
  auto options = options_for("");
  options.kinesis_url = "http://127.0.0.1:4567/";
  EXPECT_EQ(http(options, Shape::put_records, "s").url, "http://127.0.0.1:4567/");
  EXPECT_TRUE(Endpoint::create(options)->takes(Shape::kafka_v2));  // a fault
  options.kinesis_url = "here";
  EXPECT_FALSE(Endpoint::create(options).ok());
}

TEST(Endpoint, WithoutAUrlNeedsCredentialsAndARegion) {
  auto options = options_for("");
  options.region = "";
  EXPECT_FALSE(Endpoint::create(options).ok());
  options = options_for("");
  options.credentials = Error{"there are none", ""};
  EXPECT_FALSE(Endpoint::create(options).ok());
}

TEST(Headers, AreLinesOfNameAndValue) {
  const auto headers = parse_headers("# keys\nX-Api-Key:  abc \r\n\nA: b: c", "test");
  ASSERT_TRUE(headers.ok());
  EXPECT_EQ(headers.value(), (std::vector<std::string>{"X-Api-Key: abc", "A: b: c"}));
}

TEST(Headers, ThatAreNoneAreToldWithoutTheirText) {
  for (const char* text : {"secret", "se cret: x", ": secret", "A:", "A: sec\x01ret"}) {
    const auto headers = parse_headers(text, "'f'");
    ASSERT_FALSE(headers.ok()) << text;
    EXPECT_EQ(headers.error().what, "line 1 of 'f' is no header");
  }
}

}  // namespace
}  // namespace pinpipe::delivery
