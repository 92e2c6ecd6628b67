// Tokens against one that Amazon's own signer made; pipelines/ compares a thousand.
#include "aws/msk_token.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/base64.h"

namespace pinpipe::aws {
namespace {

constexpr std::time_t kNow = 1'795'600'000;  // 2026-11-25T09:46:40Z

std::string url_of(const MskToken& token) {
  auto text = token.value;
  EXPECT_EQ(text.find_first_of("+/="), text.npos);
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  text.append((4 - text.size() % 4) % 4, '=');
  Buffer url;
  EXPECT_TRUE(append_base64_decoded(text, url));
  return std::string(url.view());
}

TEST(MskToken, IsASignedUrlForFifteenMinutes) {
  const auto token = msk_token({"AKIDEXAMPLE", "not/a+secret", ""}, "eu-west-1", kNow);
  EXPECT_EQ(token.expires, kNow + 900);
  EXPECT_EQ(url_of(token),
            "https://kafka.eu-west-1.amazonaws.com/?Action=kafka-cluster%3AConnect"
            "&X-Amz-Algorithm=AWS4-HMAC-SHA256"
            "&X-Amz-Credential=AKIDEXAMPLE%2F20261125%2Feu-west-1%2Fkafka-cluster%2Faws4_request"
            "&X-Amz-Date=20261125T094640Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host"
            "&X-Amz-Signature=90e5849038c3c4554456cf017b0a75c719b1b9d3f1f4761bee6c74759c51597c"
            "&User-Agent=pinpipe");
}

TEST(MskToken, HasASessionTokenAndEndsWithIt) {
  const auto token =
      msk_token({"AKIDEXAMPLE", "not/a+secret", "tok/en==", kNow + 600}, "cn-north-1", kNow);
  EXPECT_EQ(token.expires, kNow + 600);
  EXPECT_EQ(url_of(token),
            "https://kafka.cn-north-1.amazonaws.com/?Action=kafka-cluster%3AConnect"
            "&X-Amz-Algorithm=AWS4-HMAC-SHA256"
            "&X-Amz-Credential=AKIDEXAMPLE%2F20261125%2Fcn-north-1%2Fkafka-cluster%2Faws4_request"
            "&X-Amz-Date=20261125T094640Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host"
            "&X-Amz-Security-Token=tok%2Fen%3D%3D"
            "&X-Amz-Signature=1d21b4db1d6f3ccb8d09b93928050a9f1c8d7d2816f5c112a8c1720e3505b2b1"
            "&User-Agent=pinpipe");
}

TEST(RegionOfBroker, StandsInTheNamesThatMskGives) {
  const std::pair<const char*, const char*> kHosts[] = {
      {"b-1.posts.x1y2z3.c4.kafka.eu-west-1.amazonaws.com", "eu-west-1"},
      {"b-2-public.posts.x1y2z3.c4.kafka.us-east-1.amazonaws.com", "us-east-1"},
      {"boot-ab12cd34.c1.kafka-serverless.ap-south-1.amazonaws.com", "ap-south-1"},
      {"B-1.Posts.X.C4.Kafka.EU-West-1.AmazonAWS.com", "eu-west-1"},
      {"b-1.posts.x1y2z3.c4.kafka.cn-north-1.amazonaws.com.cn", "cn-north-1"},
      {"b-1.posts.x1y2z3.c4.kafka.us-gov-west-1.amazonaws.com", "us-gov-west-1"},
      {"b-1.kafka.x1y2z3.c4.kafka.eu-west-1.amazonaws.com", "eu-west-1"},
      {"localhost", ""},
      {"127.0.0.1", ""},
      {"kafka.example.com", ""},
      {"b-1.kafka.eu-west-1.amazonaws.com.example.com", ""},
      {"kinesis.eu-west-1.amazonaws.com", ""}};
  for (const auto& [host, region] : kHosts) EXPECT_EQ(region_of_broker(host), region) << host;
}

}  // namespace
}  // namespace pinpipe::aws
