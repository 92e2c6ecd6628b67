// Tokens through a day: each new one is there before the end of the one before, whatever
// credentials and STS do. The clock is the test's, and so is who asks: as librdkafka does, which
// the last test looks at.
#include "kafka/token_refresh.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <thread>
#include <vector>

#include "fake_transport.h"
#include "kafka/properties.h"

namespace pinpipe::kafka {
namespace {

using http::reply_of;

constexpr std::time_t kStart = 1'795'600'000;  // 2026-11-25T09:46:40Z
constexpr std::time_t kDay = 24 * 3600;

std::string time_text(std::time_t time) {
  std::tm utc{};
  gmtime_r(&time, &utc);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc)};
}

/// A client that asks for tokens as librdkafka 2.0.2 does (rdkafka_sasl_oauthbearer.c): it looks
/// each second whether four fifths of a token's time are over, or 10 s since a failure. When it
/// takes a token, the next second has begun.
struct Client {
  explicit Client(const std::time_t& clock) : now(clock), ask_at(static_cast<double>(clock)) {}

  TokenRefresh::To to() {
    TokenRefresh::To to;
    to.set = [this](const aws::MskToken& token) -> Status {
      if (token.expires <= now + 1) return Error{"must be an unexpired token", ""};
      ask_at = static_cast<double>(now) + 0.8 * static_cast<double>(token.expires - now);
      expires = token.expires;
      values.push_back(token.value);
      return {};
    };
    to.set_failure = [this](const std::string& why) {
      ask_at = static_cast<double>(now) + 10;
      failures.push_back(why);
    };
    return to;
  }

  const std::time_t& now;
  double ask_at;
  std::time_t expires = 0;
  std::vector<std::string> values;
  std::vector<std::string> failures;
};

/// A day with a role, whose source is keys of the environment.
class Day : public testing::Test {
 protected:
  aws::CredentialServers servers() {
    aws::CredentialServers servers;
    servers.run = [](const auto&) { return Error{"no command", ""}; };
    servers.ask = [](const auto&) { return reply_of(0); };
    servers.ask_sts = [this](const http::Request&) {
      const bool is_down = is_down_(now_);
      now_ += sts_seconds_;
      if (is_down) {
        ++refused_;
        return down_reply_;
      }
      ++assumed_;
      return reply_of(200, "<R><AssumeRoleResult><Credentials><AccessKeyId>ASIA" +
                               std::to_string(assumed_) +
                               "</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
                               "<SessionToken>t</SessionToken><Expiration>" +
                               time_text(now_ + role_seconds_) +
                               "</Expiration></Credentials></AssumeRoleResult></R>");
    };
    servers.now = [this] { return now_; };
    return servers;
  }

  /// Second by second; how many of them there was no token that is good.
  int seconds_without_token(Client& client, std::time_t span = kDay) {
    IamLogin login;
    login.region = "eu-west-1";
    login.role.arn = "arn:aws:iam::123456789012:role/x";
    const auto variables = [](const std::string& name) -> std::optional<std::string> {
      return name.starts_with("AWS_ACCESS") || name.starts_with("AWS_SECRET")
                 ? std::optional<std::string>("k")
                 : std::nullopt;
    };
    TokenRefresh refresh(token_maker(login, variables, servers()).value());
    int without = 0;
    for (now_ = kStart; now_ < kStart + span; ++now_) {
      const auto failures = client.failures.size();
      if (static_cast<double>(now_) >= client.ask_at) {
        refresh.refresh(client.to());
        EXPECT_EQ(refresh.failure().has_value(), client.failures.size() > failures);
      }
      if (now_ >= client.expires) ++without;
    }
    return without;
  }

  std::time_t now_ = kStart;
  std::time_t role_seconds_ = 3600;
  std::time_t sts_seconds_ = 0;  ///< that it takes to answer
  std::function<bool(std::time_t)> is_down_ = [](std::time_t) { return false; };
  http::Reply down_reply_ = reply_of(503);
  int assumed_ = 0;
  int refused_ = 0;
};

TEST_F(Day, HasATokenAtEachSecond) {
  Client client(now_);
  EXPECT_EQ(seconds_without_token(client), 0);
  EXPECT_TRUE(client.failures.empty());
  EXPECT_EQ(client.values.size(), kDay / 720u);  // each has 15 minutes, and 12 are four fifths
  std::ranges::sort(client.values);
  EXPECT_EQ(std::ranges::adjacent_find(client.values), client.values.end());
  EXPECT_GE(assumed_, 24);
  EXPECT_LE(assumed_, 36);
}

TEST_F(Day, LosesNoneWhereStsIsDownForTenMinutesEachHour) {
  is_down_ = [](std::time_t now) {
    return (now - kStart) % 3600 >= 2800 && (now - kStart) % 3600 < 3400;
  };
  Client client(now_);
  EXPECT_EQ(seconds_without_token(client), 0);
  EXPECT_TRUE(client.failures.empty());  // the keys of the hour are good until then
  EXPECT_GT(refused_, 0);
}

TEST_F(Day, LosesNoneWhereShortKeysEndWhileStsIsDown) {
  role_seconds_ = 900;  // no longer than a token
  is_down_ = [](std::time_t now) {
    return (now - kStart) % 1800 >= 700 && (now - kStart) % 1800 < 860;
  };
  Client client(now_);
  EXPECT_EQ(seconds_without_token(client), 0);
  EXPECT_GT(refused_, 0);
}

TEST_F(Day, IsWithoutOneOnlyWhileThereAreNoCredentialsAndSaysWhy) {
  constexpr std::time_t kFrom = 4 * 3600;
  constexpr std::time_t kTo = 7 * 3600;
  is_down_ = [](std::time_t now) { return now - kStart >= kFrom && now - kStart < kTo; };
  Client client(now_);
  const int without = seconds_without_token(client);
  EXPECT_GT(without, kTo - kFrom - 3600);  // the last keys had an hour
  EXPECT_LT(without, kTo - kFrom + 20);    // and as soon as there are new ones, there is a token
  ASSERT_FALSE(client.failures.empty());
  for (const auto& why : client.failures)
    EXPECT_TRUE(why.starts_with("cannot assume the role 'arn:")) << why;
}

TEST_F(Day, IsRightAgainAMinuteAfterAnErrorThatDoesNotPassByItself) {
  constexpr std::time_t kFrom = 4 * 3600;
  constexpr std::time_t kTo = 7 * 3600;
  is_down_ = [](std::time_t now) { return now - kStart >= kFrom && now - kStart < kTo; };
  down_reply_ = reply_of(403,
                         "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message>"
                         "</Error></ErrorResponse>");
  Client client(now_);
  EXPECT_LT(seconds_without_token(client), kTo - kFrom + 75);
  EXPECT_EQ(client.failures.back(),
            "cannot assume the role 'arn:aws:iam::123456789012:role/x': AccessDenied: no");
}

/// Some of them end in a second in which a token is asked for.
TEST_F(Day, TellsTheReasonWhereKeysEndInTheSecondOfAToken) {
  constexpr std::time_t kSpan = 4 * 1801;
  for (const std::time_t sts_seconds : {0, 1, 3}) {
    for (const std::time_t role_seconds : {5, 8, 10, 11, 12, 15, 16, 30, 61, 125, 901}) {
      now_ = kStart;
      sts_seconds_ = sts_seconds;
      role_seconds_ = role_seconds;
      is_down_ = [](std::time_t now) { return (now - kStart) % 1801 >= 1700; };
      Client client(now_);
      const int without = seconds_without_token(client, kSpan);
      EXPECT_LT(without, 4 * (101 + 20)) << role_seconds << ", " << sts_seconds;
      ASSERT_FALSE(role_seconds < 100 && client.failures.empty());
      for (const auto& why : client.failures)
        ASSERT_TRUE(why.starts_with("cannot assume the role 'arn:")) << why << role_seconds;
    }
  }
}

TEST_F(Day, SaysThatCredentialsHaveEndedWhereNewOnesHave) {
  role_seconds_ = 1;
  Client client(now_);
  EXPECT_EQ(seconds_without_token(client), kDay);
  EXPECT_EQ(client.failures.back(), "the AWS credentials have ended, or end this very second");
}

// ---- librdkafka ---------------------------------------------------------------------------------

constexpr std::time_t kSeconds = 6;  // of a token; librdkafka looks each second

struct Asked {
  std::vector<std::chrono::steady_clock::time_point> at;
  Mutex mutex;
};

void on_refresh(rd_kafka_t* kafka, const char*, void* opaque) {
  auto& asked = *static_cast<Asked*>(opaque);
  const MutexLock lock(asked.mutex);
  asked.at.push_back(std::chrono::steady_clock::now());
  TokenRefresh refresh([] {
    return Result<aws::MskToken>({"token", std::time(nullptr) + kSeconds});
  });
  refresh.refresh(tokens_of(kafka));
  EXPECT_FALSE(refresh.failure());
}

TEST(Librdkafka, AsksInAThreadOfItsOwnBeforeATokensEnd) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "threads of C11, as librdkafka starts them, end the thread sanitizer of g++ 12";
#endif
  Asked asked;
  auto configuration = make_configuration({{"bootstrap.servers", "127.0.0.1:1", "t"},
                                           {"security.protocol", "SASL_SSL", "t"},
                                           {"sasl.mechanism", "OAUTHBEARER", "t"}});
  ASSERT_TRUE(configuration.ok());
  rd_kafka_conf_set_opaque(configuration->get(), &asked);
  rd_kafka_conf_set_oauthbearer_token_refresh_cb(configuration->get(), on_refresh);
  rd_kafka_conf_enable_sasl_queue(configuration->get(), 1);
  char why[512] = "";
  auto* kafka = rd_kafka_new(RD_KAFKA_CONSUMER, configuration->get(), why, sizeof why);
  ASSERT_NE(kafka, nullptr) << why;
  static_cast<void>(configuration->release());
  ASSERT_EQ(rd_kafka_sasl_background_callbacks_enable(kafka), nullptr);
  std::this_thread::sleep_for(std::chrono::milliseconds(kSeconds * 1000 + 500));
  rd_kafka_destroy(kafka);
  ASSERT_GE(asked.at.size(), 2u);
  const auto between = asked.at[1] - asked.at[0];
  EXPECT_GT(between, std::chrono::milliseconds(kSeconds * 600));
  EXPECT_LT(between, std::chrono::seconds(kSeconds));
}

}  // namespace
}  // namespace pinpipe::kafka
