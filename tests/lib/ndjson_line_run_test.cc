#include "ndjson/line_run.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace pinpipe::ndjson {
namespace {

/// Upper-cases lines; refuses those with an 'x'.
struct UpperWorker {
  using Output = std::string;
  static void clear(Output& output) { output.clear(); }

  Status line(std::string_view line, Output& to) {
    if (line.find('x') != line.npos) return Error{"an x"};
    for (const char c : line) to += static_cast<char>(std::toupper(c));
    to += '|';
    return {};
  }
};

LineRunOptions with(unsigned threads, size_t block_size, bool fail_fast = false) {
  LineRunOptions options;
  options.threads = threads;
  options.blocks.block_size = block_size;
  options.fail_fast = fail_fast;
  return options;
}

class LineRunTest : public testing::Test {
 protected:
  LineRunTest()
      : path_(std::filesystem::temp_directory_path() / ("lines-" + std::to_string(getpid()))),
        rejects_("tool", [this](const std::string& line) { logged_.push_back(line); }) {}
  ~LineRunTest() override { std::filesystem::remove(path_); }

  Status run(const std::string& text, LineRunOptions options) {
    std::ofstream(path_, std::ios::binary) << text;
    options.files = {path_};
    std::vector<UpperWorker> workers(options.threads);
    return run_lines<UpperWorker>(options, workers, rejects_, [this](auto& block) -> Status {
      out_ += block.out;
      accepted_ += block.accepted();
      lines_ += block.lines;
      if (out_.size() > stop_at_) return Error{"full", ""};
      return {};
    });
  }
  std::string place(int line) const {
    return "tool: " + path_.string() + ":" + std::to_string(line);
  }

  std::filesystem::path path_;
  std::vector<std::string> logged_;
  RejectLog rejects_;
  std::string out_;
  uint64_t accepted_ = 0;
  uint64_t lines_ = 0;
  size_t stop_at_ = ~size_t(0);
};

TEST_F(LineRunTest, GivesLinesWithoutTheirEnds) {
  ASSERT_TRUE(run("\xEF\xBB\xBF"
                  "a\r\nb\n\n \t\r\nc\r",
                  {})
                  .ok());
  EXPECT_EQ(out_, "A|B|C|");
  EXPECT_EQ(accepted_, 3u);
  EXPECT_EQ(lines_, 5u);
}

TEST_F(LineRunTest, RejectsAndCountsInOrderWhateverTheThreads) {
  std::string text;
  std::string expected;
  for (int i = 0; i < 5000; ++i) {
    text += i % 700 == 699 ? "x\n" : std::to_string(i) + "\n";
    if (i % 700 != 699) expected += std::to_string(i) + "|";
  }
  for (const unsigned threads : {1u, 2u, 8u}) {
    for (const size_t block_size : {1, 50, 100'000}) {
      out_.clear();
      accepted_ = lines_ = 0;
      ASSERT_TRUE(run(text, with(threads, block_size)).ok());
      EXPECT_EQ(out_, expected);
      EXPECT_EQ(accepted_, 5000u - 7);
      EXPECT_EQ(lines_, 5000u);
    }
  }
  EXPECT_EQ(rejects_.count(), 9 * 7u);
  ASSERT_EQ(logged_.size(), 10u);
  EXPECT_EQ(logged_[0], place(700) + ": an x");
  EXPECT_EQ(logged_[6], place(4900) + ": an x");
}

TEST_F(LineRunTest, EndsAtTheFirstRejectIfAsked) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "a\n";
  for (const unsigned threads : {1u, 4u}) {
    out_.clear();
    logged_.clear();
    ASSERT_TRUE(run("a\nb\nx\nc\n" + text, with(threads, 3, true)).ok());
    EXPECT_EQ(out_, "A|B|");
    EXPECT_EQ(logged_.size(), 1u);
  }
}

TEST_F(LineRunTest, RejectsOverlongLinesHoweverTheyAreCut) {
  for (const size_t block_size : {1, 5, 100}) {
    out_.clear();
    logged_.clear();
    auto options = with(1, block_size);
    options.blocks.max_line = 4;
    ASSERT_TRUE(run("abc\nabcd\r\nabcde\nab\n", options).ok());
    EXPECT_EQ(out_, "ABC|ABCD|AB|") << block_size;
    ASSERT_EQ(logged_.size(), 1u) << block_size;
    EXPECT_TRUE(logged_[0].ends_with(": line of 5 bytes is longer than max line 4")) << logged_[0];
  }
}

/// Makes 10,000 bytes of each line; refuses those with an 'x'.
struct TellingWorker : UpperWorker {
  static size_t made(const Output& output) { return output.size(); }
  Status line(std::string_view line, Output& to) {
    TRY(UpperWorker::line(line, to));
    to += std::string(10'000, '.');
    return {};
  }
  void give_back() { ++given_back; }
  int given_back = 0;
};

TEST_F(LineRunTest, BoundsWhatIsMadeOfABlock) {
  std::string text;
  for (int i = 0; i < 3000; ++i) text += i % 7 == 0 ? "x\n" : i % 7 == 1 ? "\n" : "a\n";
  std::ofstream(path_, std::ios::binary) << text;
  for (const unsigned threads : {1u, 3u}) {
    auto options = with(threads, 1000);
    options.files = {path_};
    std::vector<TellingWorker> workers(threads);
    RejectLog rejects("tool", [](const std::string&) {});
    size_t bytes = 0, lines = 0, accepted = 0;
    const auto status =
        run_lines<TellingWorker>(options, workers, rejects, [&](auto& block) -> Status {
          EXPECT_LE(block.out.size(), 4u * 16 * 1024 + 10'010);
          bytes += block.out.size();
          lines += block.lines;
          accepted += block.accepted();
          return {};
        });
    EXPECT_TRUE(status.ok());
    EXPECT_EQ(lines, 3000u);
    EXPECT_EQ(accepted, 3000u - 429 - 429);
    EXPECT_EQ(bytes, accepted * 10'002);
    EXPECT_EQ(rejects.count(), 429u);
  }
}

TEST_F(LineRunTest, BoundsWhatRejectsTake) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "x\n";
  std::ofstream(path_, std::ios::binary) << text;
  auto options = with(2, text.size());
  options.files = {path_};
  std::vector<UpperWorker> workers(2);
  size_t most = 0;
  ASSERT_TRUE(run_lines<UpperWorker>(options, workers, rejects_, [&](auto& block) -> Status {
                most = std::max(most, block.rejects.size() * sizeof(Reject));
                return {};
              }).ok());
  EXPECT_LE(most, 4 * text.size());
  EXPECT_EQ(rejects_.count(), 100'000u);
  EXPECT_EQ(logged_[9], place(10) + ": an x");
}

TEST_F(LineRunTest, GivesBackWhatAGiantTook) {
  std::ofstream(path_, std::ios::binary) << "a\n" << std::string(300'000, 'b') << "\nc\n";
  auto options = with(1, 1000);
  options.files = {path_};
  std::vector<TellingWorker> workers(1);
  ASSERT_TRUE(
      run_lines<TellingWorker>(options, workers, rejects_, [](auto&) { return Status(); }).ok());
  EXPECT_EQ(workers[0].given_back, 1);
}

TEST_F(LineRunTest, EndsWithTheErrorOfTheCollector) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "a\n";
  stop_at_ = 10;
  const auto status = run(text, with(4, 2));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().what, "full");
  EXPECT_EQ(out_.size(), 12u) << "it went on behind the error";
}

}  // namespace
}  // namespace pinpipe::ndjson
