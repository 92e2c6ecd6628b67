#include "delivery/reply.h"

#include <gtest/gtest.h>

namespace pinpipe::delivery {
namespace {

using wire::Protocol;

http::Reply reply(int status, std::string body) {
  http::Reply reply;
  reply.status = status;
  reply.body = std::move(body);
  return reply;
}

TEST(Reply, HintsAreThoseOfItsService) {
  const auto refused = reply(401, R"({"offsets":[{"error_code":40101,"error":"e"}]})");
  const auto of_kafka = read_reply(Protocol::kafka_v2, 1, refused);
  EXPECT_FALSE(of_kafka.hint.empty());
  EXPECT_EQ(of_kafka.hint.find("AWS"), std::string::npos);
  const auto of_kinesis = read_reply(Protocol::put_records, 1, reply(401, "{}"));
  EXPECT_NE(of_kinesis.hint.find("AWS"), std::string::npos);
}

TEST(Reply, RedirectsAreNotFollowed) {
  auto moved = reply(302, "");
  moved.location = "https://elsewhere/";
  const auto found = read_reply(Protocol::kafka_v2, 1, moved);
  EXPECT_EQ(found.all, Outcome::stop);
  EXPECT_EQ(found.reason, "HTTP 302: redirect to 'https://elsewhere/', which is not followed");
  EXPECT_FALSE(found.hint.empty());
}

TEST(Reply, WithoutOneIsTriedAgainUnlessItFailedForGood) {
  http::Reply none;
  none.failure = "Connection refused";
  EXPECT_EQ(read_reply(Protocol::kafka_v2, 1, none).all, Outcome::retry);
  EXPECT_EQ(read_reply(Protocol::kafka_v2, 1, none).reason, "Connection refused");
  none.failed_for_good = true;
  EXPECT_EQ(read_reply(Protocol::kafka_v2, 1, none).all, Outcome::stop);
}

}  // namespace
}  // namespace pinpipe::delivery
