#include "cli/command_line.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

#include "cli/flags.h"

namespace pinpipe::cli {
namespace {

class CommandLineTest : public testing::Test {
 protected:
  CommandLineTest() {
    flags_.text("-o,--output", output_, "FILE", "");
    flags_.flag("-v,--verbose", verbose_, "");
    flags_.optional_count("-z,--zstd", level_, 3, {1, 19}, "LEVEL", "");
    flags_.count("-n,--count", count_, {}, "");
  }
  Result<CommandLine> read(std::vector<std::string> words) {
    return read_command_line(app_, words);
  }
  std::string fault(std::vector<std::string> words) { return read(std::move(words)).error().what; }

  CLI::App app_;
  Flags flags_{app_};
  std::string output_;
  bool verbose_ = false;
  std::optional<int> level_;
  uint64_t count_ = 0;
};

using Words = std::vector<std::string>;

TEST_F(CommandLineTest, SpellsAllFormsOfAnOptionAlike) {
  for (const Words& words : {Words{"--output=x"}, {"--output", "x"}, {"-ox"}, {"-o", "x"}}) {
    const auto line = read(words);
    ASSERT_TRUE(line.ok()) << words[0];
    EXPECT_EQ(line.value().options, Words{"--output=x"});
    EXPECT_TRUE(line.value().arguments.empty());
  }
}

TEST_F(CommandLineTest, TakesNumbersBelowZeroForValues) {
  EXPECT_EQ(read({"-n", "-1"}).value().options, Words{"--count=-1"});
  EXPECT_EQ(read({"--count", "-1"}).value().options, Words{"--count=-1"});
}

TEST_F(CommandLineTest, TakesAnOptionalValueOnlyFromTheSameWord) {
  EXPECT_EQ(read({"-z", "5"}).value().options, Words{"--zstd"});
  EXPECT_EQ(read({"--zstd", "5"}).value().arguments, Words{"5"});
  EXPECT_EQ(read({"-z19"}).value().options, Words{"--zstd=19"});
  EXPECT_EQ(read({"-zv"}).value().options, (Words{"--zstd", "--verbose"}));
}

TEST_F(CommandLineTest, RefusesEmptyValues) {
  EXPECT_EQ(fault({"--output=", "x"}), "--output is empty");
  EXPECT_EQ(fault({"-o", "", "x"}), "-o is empty");
  EXPECT_EQ(fault({"--zstd="}), "--zstd is empty");
  EXPECT_EQ(fault({""}), "an argument is empty");
}

TEST_F(CommandLineTest, TakesNoOptionForAValue) {
  EXPECT_EQ(fault({"--output", "--verbose"}),
            "--output needs a value, and '--verbose' is an option");
  EXPECT_EQ(fault({"-o", "-v"}), "-o needs a value, and '-v' is an option");
  EXPECT_EQ(read({"--output=--verbose"}).value().options, Words{"--output=--verbose"});
  EXPECT_EQ(fault({"--output"}), "--output needs a value: FILE");
  EXPECT_EQ(fault({"--verbose=1"}), "--verbose takes no value");
}

TEST_F(CommandLineTest, LeavesAllBehindTwoDashesAlone) {
  const auto line = read({"a", "--", "--output", "-v"});
  EXPECT_EQ(line.value().arguments, (Words{"a", "--output", "-v"}));
  EXPECT_EQ(read({"-"}).value().arguments, Words{"-"});
}

TEST_F(CommandLineTest, KnowsTheNearestOption) {
  const auto error = read({"--ouput=x"}).error();
  EXPECT_EQ(error.what, "unknown option '--ouput=x'");
  EXPECT_EQ(error.hint, "did you mean '--output'?");
}

}  // namespace
}  // namespace pinpipe::cli
