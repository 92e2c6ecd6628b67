// The signer against values that botocore made of the same requests; pipelines/ compares many more.
#include "aws/sigv4.h"

#include <gtest/gtest.h>

namespace pinpipe::aws {
namespace {

const Credentials kCredentials{"AKIDEXAMPLE", "not/a+secret", ""};
constexpr std::time_t kNow = 1'795'600'000;  // 2026-11-25T09:46:40Z

std::string authorization(const std::string& url, std::vector<std::string> headers,
                          const std::string& body, const SigningScope& service,
                          const Credentials& credentials = kCredentials) {
  sign({"POST", url, headers, body}, credentials, service, kNow);
  return headers.back();
}

TEST(Sigv4, SignsARequestToKinesis) {
  EXPECT_EQ(authorization("http://127.0.0.1:4567/",
                          {"Content-Type: application/x-amz-json-1.1", "X-Amz-Target: T"}, "{}",
                          {"kinesis", "eu-west-1"}),
            "Authorization: AWS4-HMAC-SHA256 "
            "Credential=AKIDEXAMPLE/20261125/eu-west-1/kinesis/aws4_request, "
            "SignedHeaders=content-type;host;x-amz-date;x-amz-target, "
            "Signature=565cd1b17ab9983ea604463e54b2671098911ff0d036885d2fda03d5840eab56");
}

TEST(Sigv4, TakesThePathOfS3AsItIsSent) {
  EXPECT_EQ(
      authorization("https://b.s3.amazonaws.com:443/topics/t/partition%3D0/t%2B0?b=&a=%2F",
                    {"Content-Type:  text/plain ", "User-Agent: pinpipe"}, "", {"s3", "us-east-1"},
                    {"AKIDEXAMPLE", "not/a+secret", "tok/en=="}),
      "Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261125/us-east-1/s3/aws4_request, "
      "SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token, "
      "Signature=bbea5c1dd8bd173fa2c52959a427ce49ef087f9b821dfe4e88518e3a10cc4618");
}

TEST(Sigv4, ReplacesHeadersOfItsOwn) {
  std::vector<std::string> headers{"host: elsewhere", "authorization: none", "A: b"};
  sign({"GET", "https://H/", headers, ""}, kCredentials, {"kinesis", "eu-west-1"}, kNow);
  ASSERT_EQ(headers.size(), 4u);
  EXPECT_EQ(headers[0], "A: b");
  EXPECT_EQ(headers[1], "Host: h");
  EXPECT_EQ(headers[2], "X-Amz-Date: 20261125T094640Z");
}

}  // namespace
}  // namespace pinpipe::aws
