#include "ndjson/rejects.h"

#include <gtest/gtest.h>
#include <simdjson.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace pinpipe::ndjson {
namespace {

class RejectLogTest : public testing::Test {
 protected:
  RejectLogTest()
      : path_(std::filesystem::temp_directory_path() / ("rejects-" + std::to_string(getpid()))),
        log_("tool", [this](const std::string& line) { logged_.push_back(line); }) {}
  ~RejectLogTest() override { std::filesystem::remove(path_); }

  std::string kept() const {
    std::ostringstream text;
    text << std::ifstream(path_).rdbuf();
    return text.str();
  }

  std::filesystem::path path_;
  std::vector<std::string> logged_;
  RejectLog log_;
};

TEST_F(RejectLogTest, NumbersLinesFromBlockToBlock) {
  ASSERT_TRUE(log_.add("a", 0, 5, {{2, "bad", "", 0}}).ok());
  ASSERT_TRUE(log_.add("a", 0, 3, {}).ok());
  ASSERT_TRUE(log_.add("a", 0, 1, {{1, "worse", "", 0}}).ok());
  ASSERT_TRUE(log_.add("b", 1, 1, {{1, "bad", "", 0}}).ok());
  ASSERT_TRUE(log_.add("b", 2, 1, {{1, "named twice", "", 0}}).ok());
  ASSERT_TRUE(log_.finish(true).ok());
  EXPECT_EQ(logged_, (std::vector<std::string>{"tool: a:2: bad", "tool: a:9: worse",
                                               "tool: b:1: bad", "tool: b:1: named twice"}));
  EXPECT_EQ(log_.count(), 4u);
}

TEST_F(RejectLogTest, TellsTenAndCountsTheRest) {
  std::vector<Reject> rejects;
  for (uint64_t line = 1; line <= 12; ++line) rejects.push_back({line, "bad", "", 0});
  ASSERT_TRUE(log_.add("a", 0, 12, rejects).ok());
  ASSERT_TRUE(log_.finish(true).ok());
  ASSERT_EQ(logged_.size(), 11u);
  EXPECT_EQ(logged_[9], "tool: a:10: bad");
  EXPECT_EQ(logged_[10],
            "tool: and 2 more lines rejected, 12 in all, most: bad (2); --rejects FILE keeps them");
}

TEST_F(RejectLogTest, KeepsEachAsALineOfJson) {
  EXPECT_FALSE(log_.keeps_raw());
  ASSERT_TRUE(log_.keep_in(path_).ok());
  EXPECT_TRUE(log_.keeps_raw());
  ASSERT_TRUE(log_.add("a\"b", 0, 2, {{1, "why", "x\"\t\\", 0}, {2, "cut", "yy", 70}}).ok());
  ASSERT_TRUE(log_.finish(true).ok());
  EXPECT_EQ(kept(),
            R"({"tool":"tool","file":"a\"b","line":1,"reason":"why","raw":"x\"\t\\"})"
            "\n"
            R"({"tool":"tool","file":"a\"b","line":2,"reason":"cut","raw":"yy","raw_cut_from":70})"
            "\n");
}

TEST_F(RejectLogTest, KeepsWhatIsNotUtf8InBase64) {
  ASSERT_TRUE(log_.keep_in(path_).ok());
  ASSERT_TRUE(log_.add("f\xFF", 0, 1, {{1, "r\xFF", "\xFF\xFE", 0}}).ok());
  ASSERT_TRUE(log_.finish(true).ok());
  simdjson::dom::parser parser;
  const auto line = kept();
  simdjson::dom::element element;
  ASSERT_EQ(parser.parse(line).get(element), simdjson::SUCCESS) << line;
  EXPECT_EQ(element["raw_base64"].get_string().value(), "//4=");
  EXPECT_NE(element["raw"].error(), simdjson::SUCCESS);
}

TEST_F(RejectLogTest, SaysThatItCannotKeep) {
  EXPECT_EQ(log_.keep_in("/none/such").error().what,
            "cannot write '/none/such': No such file or directory");
  RejectLog full("tool", [](const std::string&) {});
  ASSERT_TRUE(full.keep_in("/dev/full").ok());
  const auto status = full.add("a", 0, 1, {{1, "bad", "x", 0}});
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().what, "cannot write '/dev/full': No space left on device");
}

}  // namespace
}  // namespace pinpipe::ndjson
