// The printer over a Kafka of its own: where it begins and ends, what becomes a line, what is
// committed.
#include "kafka/topic_printer.h"

#include <gtest/gtest.h>

#include "fake_consumer.h"

namespace pinpipe::kafka {
namespace {

using Committed = std::map<int32_t, int64_t>;

class TopicPrinterTest : public testing::Test {
 protected:
  Status run() {
    printed_.clear();
    PrinterHooks hooks;
    hooks.is_stopped = [this] { return looks_++ >= looks_at_most_; };
    hooks.on_message = [this](const std::string& message) { logged_.push_back(message); };
    hooks.print = [this](std::string_view lines) -> Status {
      if (refuse_) return Error{"cannot write 'stdout': No space left on device"};
      printed_ += lines;
      if (on_print_) on_print_();
      return {};
    };
    hooks.reject = [this](const Record& record, const std::string& reason) -> Status {
      rejected_.push_back(std::to_string(record.offset) + " " + std::string(*record.value) + ": " +
                          reason);
      return {};
    };
    looks_ = 0;
    TopicPrinter printer(options_, std::move(hooks), consumer_);
    auto status = printer.run();
    counts_ = printer.counts();
    return status;
  }

  FakeConsumer consumer_;
  PrinterOptions options_{{{"0a.pin"}, true}, true};
  PrinterCounts counts_;
  int looks_ = 0;
  int looks_at_most_ = 100;
  bool refuse_ = false;
  std::function<void()> on_print_;
  std::string printed_;
  std::vector<std::string> logged_;
  std::vector<std::string> rejected_;
};

TEST_F(TopicPrinterTest, PrintsAllThatThereIs) {
  consumer_.logs = {{0, {"{}", "{\"a\":1}"}}, {5, {"[2]"}}, {3, {}}};
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(printed_, "{}\n[2]\n{\"a\":1}\n");
  EXPECT_EQ(counts_.records, 3u);
  EXPECT_EQ(counts_.expected, 3u);
  EXPECT_EQ(counts_.bytes, 12u);
}

TEST_F(TopicPrinterTest, BeginsWhereTheTopicsEnd) {
  consumer_.logs = {{0, {"1", "2"}}};
  options_.from_beginning = false;
  options_.reader.until_end = false;
  looks_at_most_ = 1;
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(printed_, "");
  consumer_.logs[0].values.push_back("3");
  ReadHooks hooks;
  std::string behind;
  hooks.on_record = [&](const Record& record) {
    behind = *record.value;
    return Status();
  };
  consumer_.read({}, hooks);
  EXPECT_EQ(behind, "3");
}

TEST_F(TopicPrinterTest, ReadsWhatIsAddedFromItsBeginning) {
  consumer_.logs = {{0, {"1"}}};
  consumer_.interval = std::chrono::milliseconds(1);
  options_.from_beginning = false;
  options_.reader.until_end = false;
  looks_at_most_ = 1'000'000;
  on_print_ = [this] { looks_at_most_ = 0; };
  int ticks = 0;
  consumer_.on_read = [&] {
    if (++ticks == 2) consumer_.logs.push_back({0, {"\"added\""}});
  };
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(printed_, "\"added\"\n");
}

TEST_F(TopicPrinterTest, KeepsAValueInOneLine) {
  consumer_.logs = {{0, {"{\n \"a\": \"\\n\"\n}\n"}}};
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(printed_, "{  \"a\": \"\\n\" } \n");
}

TEST_F(TopicPrinterTest, RejectsWhatIsNotOneJsonText) {
  consumer_.logs = {{0,
                     {"{\"a\":1}", "x", "", " \n", "1,2", "1],[2", "{} {}", "\xff", "\"\xff\"",
                      std::nullopt, "\"text\"", "-2.5", "null", "[1]", "{\"a\":}", "{\"b\":2}"}}};
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(printed_, "{\"a\":1}\n\"text\"\n-2.5\nnull\n[1]\n{\"b\":2}\n");
  ASSERT_EQ(rejected_.size(), 9u);
  EXPECT_EQ(rejected_[1], "2 : empty");
  EXPECT_EQ(rejected_[2], "3   : empty");
  EXPECT_TRUE(rejected_[3].starts_with("4 1,2: ")) << rejected_[3];
  EXPECT_EQ(counts_.rejected, 9u);
  EXPECT_EQ(counts_.records, 6u);
  EXPECT_EQ(counts_.nulls, 1u);
}

TEST_F(TopicPrinterTest, CommitsOnlyWhatWasPrinted) {
  consumer_.logs = {{0, {"1", "x", std::nullopt}}, {7, {"2"}}};
  consumer_.group.emplace();
  on_print_ = [this] {
    if (printed_ == "1\n2\n") {
      EXPECT_EQ(consumer_.group->committed, Committed());
    }
  };
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(printed_, "1\n2\n");
  EXPECT_EQ(consumer_.group->committed, (Committed{{0, 3}, {1, 8}}));
  EXPECT_TRUE(consumer_.group->has_left);
}

TEST_F(TopicPrinterTest, CommitsNothingThatNobodyTook) {
  consumer_.logs = {{0, {"1"}}};
  consumer_.group.emplace();
  refuse_ = true;
  const auto status = run();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().what, "cannot write 'stdout': No space left on device");
  EXPECT_EQ(consumer_.group->committed, Committed());
  EXPECT_TRUE(consumer_.group->has_left);
}

TEST_F(TopicPrinterTest, GoesOnWhereTheGroupWas) {
  consumer_.logs = {{0, {"1", "2", "3"}}, {0, {"4"}}};
  consumer_.group.emplace();
  consumer_.group->committed = {{0, 1}, {1, 1}};
  options_.from_beginning = false;
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(printed_, "2\n3\n");
}

TEST_F(TopicPrinterTest, SaysSoWhereANewGroupWouldPrintNothing) {
  consumer_.logs = {{0, {"1"}}};
  consumer_.group.emplace();
  options_.from_beginning = false;
  const auto status = run();
  ASSERT_FALSE(status.ok());
  EXPECT_NE(status.error().what.find("topic 0a.pin, partition 0"), std::string::npos);
  EXPECT_NE(status.error().hint.find("--from-beginning"), std::string::npos);
}

TEST_F(TopicPrinterTest, CountsWhatKafkaDeletedBeforeTheGroupReadIt) {
  consumer_.logs = {{5, {"6"}}, {0, {"7"}}};
  consumer_.group.emplace();
  consumer_.group->committed = {{0, 2}, {1, 9}};
  options_.from_beginning = false;
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(printed_, "6\n7\n");
  EXPECT_EQ(counts_.missed, 3u);
  ASSERT_EQ(logged_.size(), 2u);
  EXPECT_NE(logged_[0].find("offsets 2 to 4"), std::string::npos) << logged_[0];
  EXPECT_NE(logged_[1].find("made anew"), std::string::npos) << logged_[1];
}

TEST_F(TopicPrinterTest, LeavesWhatWasTakenAwayToOthers) {
  consumer_.logs = {{0, {"1", "2", "3"}}, {0, {"4", "5", "6"}}};
  consumer_.group.emplace();
  options_.reader.until_end = false;
  looks_at_most_ = 6;
  on_print_ = [this] {
    if (printed_ == "1\n4\n") consumer_.group->revoked = {0};
  };
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(printed_, "1\n4\n5\n6\n");
  EXPECT_EQ(consumer_.group->committed, (Committed{{0, 1}, {1, 3}}));
}

TEST_F(TopicPrinterTest, TellsOnceWhyItCannotRenewTheLogin) {
  consumer_.logs = {{0, {}}};
  options_.reader.until_end = false;
  int reads = 0;
  consumer_.on_read = [&] {
    ++reads;
    consumer_.login_fails.reset();
    if (reads < 9) consumer_.login_fails = Error{reads < 5 ? "STS is down" : "no keys", ""};
  };
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(logged_, (std::vector<std::string>{"cannot renew the login, trying on: STS is down",
                                               "cannot renew the login, trying on: no keys",
                                               "the login is renewed"}));
}

TEST_F(TopicPrinterTest, EndsWhereKafkaGoesAwayBeforeTheEnd) {
  consumer_.logs = {{0, {"1", "2"}}};
  consumer_.is_away = "no answer";
  const auto status = run();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().what, "Kafka is away: no answer");
  EXPECT_EQ(printed_, "1\n");
}

}  // namespace
}  // namespace pinpipe::kafka
