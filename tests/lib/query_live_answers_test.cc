// Answers are told when they are due, by a clock of the test's own.
#include "query/live_answers.h"

#include <gtest/gtest.h>

#include <string>

#include "query/extract.h"

namespace pinpipe::query {
namespace {

constexpr int64_t kMillisecond = 1000;
constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kStart = 1'600'000'000 * kSecond;

Plan plan_of_test() {
  Plan plan;
  plan.keys = parse_keys("category").value();
  plan.metrics = {parse_metric("count").value()};
  name_columns(plan);
  return plan;
}

class LiveAnswersTest : public ::testing::Test {
 public:
  void ask(const LiveOptions& options) {
    answers_.emplace(
        program_, options, MemoryCeiling{UINT64_MAX, 0}, [this] { return time; },
        [this](const std::vector<Answer>& answers) -> Status {
          time += telling_takes;
          said.push_back(answers.empty() ? std::vector<Row>() : answers[0].rows);
          return {};
        });
  }

  /// A block of posts of categories "a", "b", …, one a letter.
  void post(std::string_view categories, bool idle = true) {
    Extractor extractor(program_);
    ExtractedBatch batch;
    std::deque<std::string> lines;
    for (const char category : categories) {
      const auto& line = lines.emplace_back(R"({"pin":{"ind":)" + std::to_string(++ind_) +
                                            R"(,"category":")" + category + "\"}}");
      ASSERT_TRUE(extractor.line(line, batch).ok()) << line;
    }
    ASSERT_TRUE(answers_->add(batch).ok());
    ASSERT_TRUE(answers_->emit(idle).ok());
  }

  LiveAnswers& answers() { return *answers_; }

  int64_t time = kStart;
  int64_t telling_takes = 0;
  std::vector<std::vector<Row>> said;  ///< all that was told

 private:
  std::vector<Plan> plans_{plan_of_test()};
  Program program_{plans_};
  std::optional<LiveAnswers> answers_;
  int ind_ = 0;
};

Value text(const char* value) { return std::string(value); }

TEST_F(LiveAnswersTest, EveryPeriodIsToldOnce) {
  ask({.emit = Emit::every, .every_us = 10 * kSecond});
  post("a");
  time += 9 * kSecond;
  post("a");
  EXPECT_TRUE(said.empty());
  EXPECT_EQ(answers().wait_us(), 100 * kMillisecond);
  time += kSecond - 30 * kMillisecond;
  EXPECT_EQ(answers().wait_us(), 30 * kMillisecond);
  time += 30 * kMillisecond;
  post("");
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0][0].back(), Value(Integer{2}));
  post("a");
  EXPECT_EQ(said.size(), 1U) << "the period has been told";
  time += 35 * kSecond;
  post("a");
  EXPECT_EQ(said.size(), 2U) << "periods that were missed are told as one";
  time += 5 * kSecond;
  post("");
  EXPECT_EQ(said.size(), 3U) << "and the next one when it was due anyway";
}

TEST_F(LiveAnswersTest, EveryIsToldWithNothingToSay) {
  ask({.emit = Emit::every, .every_us = kSecond});
  time += kSecond;
  post("");
  EXPECT_EQ(said, std::vector<std::vector<Row>>(1));
}

TEST_F(LiveAnswersTest, AWindowOfArrivalClosesWithoutFurtherPosts) {
  ask({.window = WindowSpan{kSecond, kSecond}});
  time += 400 * kMillisecond;
  post("ab");
  time += 580 * kMillisecond;
  EXPECT_EQ(answers().wait_us(), 20 * kMillisecond);
  post("");
  EXPECT_TRUE(said.empty());
  time += 20 * kMillisecond;
  post("");
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0], (std::vector<Row>{{text("2020-09-13T12:26:40"), text("2020-09-13T12:26:41"),
                                        true, text("a"), Integer{1}},
                                       {text("2020-09-13T12:26:40"), text("2020-09-13T12:26:41"),
                                        true, text("b"), Integer{1}}}));
  EXPECT_EQ(answers().windows_closed(), 1U);
}

TEST_F(LiveAnswersTest, ChangesAreToldAtOnceWhereNothingWaits) {
  ask({.emit = Emit::changes});
  post("a");
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0], (std::vector<Row>{{text("a"), Integer{1}, Integer{1}}}));
  post("");
  EXPECT_EQ(said.size(), 1U) << "nothing has changed";
  post("a");
  EXPECT_EQ(said[1], (std::vector<Row>{{text("a"), Integer{1}, Integer{-1}},
                                       {text("a"), Integer{2}, Integer{1}}}));
}

TEST_F(LiveAnswersTest, ChangesWaitATenthOfASecondWhileMoreIsThere) {
  ask({.emit = Emit::changes});
  post("a");
  post("b", false);
  time += 99 * kMillisecond;
  post("b", false);
  EXPECT_EQ(said.size(), 1U);
  time += kMillisecond;
  post("b", false);
  EXPECT_EQ(said.size(), 2U);
}

TEST_F(LiveAnswersTest, TellingOfChangesTakesNoMoreThanAFifthOfTheTime) {
  ask({.emit = Emit::changes});
  telling_takes = 50 * kMillisecond;
  post("a");
  EXPECT_EQ(said.size(), 1U);
  for (int i = 0; i < 15; ++i) {
    time += 10 * kMillisecond;
    post("a");
  }
  EXPECT_EQ(said.size(), 2U);
}

TEST_F(LiveAnswersTest, TellingOfSnapshotsTakesNoMoreThanHalfOfTheTime) {
  ask({.emit = Emit::every, .every_us = 10 * kMillisecond});
  telling_takes = 100 * kMillisecond;
  for (int i = 0; i < 40; ++i) {
    time += 10 * kMillisecond;
    post("a");
  }
  EXPECT_EQ(said.size(), 4U);
}

TEST_F(LiveAnswersTest, TimeStandsStillWhereTheClockIsPutBack) {
  ask({.window = WindowSpan{kSecond, kSecond}});
  time += 2 * kSecond;
  post("a");
  time -= kSecond * 3600;
  post("b");
  EXPECT_GT(answers().wait_us(), 0);
  time += kSecond * 3600 + kSecond;
  post("");
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0].size(), 2U) << "both are of one window";
}

TEST_F(LiveAnswersTest, ASnapshotIsToldWhenItIsAskedFor) {
  ask({.window = WindowSpan{60 * kSecond, 60 * kSecond}});
  post("a");
  ASSERT_TRUE(answers().snapshot().ok());
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0][0][2], Value(false));
  ASSERT_TRUE(answers().close().ok());
  ASSERT_EQ(said.size(), 2U);
  EXPECT_EQ(said[1][0][2], Value(true));
}

}  // namespace
}  // namespace pinpipe::query
