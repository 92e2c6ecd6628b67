#include "cli/terminal.h"

#include <gtest/gtest.h>
#include <pty.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>

namespace pinpipe::cli {
namespace {

class TerminalTest : public testing::Test {
 protected:
  TerminalTest() {
    winsize size{};
    size.ws_col = 57;
    EXPECT_EQ(openpty(&ours_, &terminal_, nullptr, nullptr, &size), 0);
    unsetenv("COLUMNS");
  }
  ~TerminalTest() override {
    close(ours_);
    close(terminal_);
  }

  int ours_ = -1;
  int terminal_ = -1;
};

TEST_F(TerminalTest, HasAWidthWhichColumnsOverrides) {
  EXPECT_EQ(terminal_width(terminal_), 57u);
  setenv("COLUMNS", "33", 1);
  EXPECT_EQ(terminal_width(terminal_), 33u);
  for (const auto* bad : {"", "0", "-1", "33x"}) {
    setenv("COLUMNS", bad, 1);
    EXPECT_EQ(terminal_width(terminal_), 57u) << bad;
  }
  int fds[2];
  ASSERT_EQ(pipe(fds), 0);
  EXPECT_FALSE(terminal_width(fds[1]));
  close(fds[0]);
  close(fds[1]);
}

TEST_F(TerminalTest, GivesItsLineToOneAtATime) {
  auto first = std::make_unique<TerminalLine>(terminal_);
  TerminalLine second(terminal_);
  EXPECT_TRUE(first->take());
  EXPECT_FALSE(second.take());
  EXPECT_TRUE(first->take());
  first.reset();
  EXPECT_TRUE(second.take());
}

TEST_F(TerminalTest, GivesTheLineToAllWhereItIsNoTerminal) {
  TerminalLine first(-1);
  TerminalLine second(-1);
  EXPECT_TRUE(first.take());
  EXPECT_TRUE(second.take());
}

}  // namespace
}  // namespace pinpipe::cli
