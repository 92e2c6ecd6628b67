// Tokens against one that Amazon's own signer made; pipelines/ compares a thousand.
#include "aws/msk_token.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>

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
  // The same table holds rest-proxy's Python.
  std::ifstream table(std::string(std::getenv("TESTS")) + "/kafka/regions-of-brokers");
  std::string line;
  int count = 0;
  for (; std::getline(table, line); ++count) {
    const size_t blank = line.find(' ');
    const auto host = line.substr(0, blank);
    EXPECT_EQ(region_of_broker(host), blank == line.npos ? "" : line.substr(blank + 1)) << host;
  }
  EXPECT_GT(count, 15);
}

}  // namespace
}  // namespace pinpipe::aws
