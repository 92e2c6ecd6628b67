#include "base/printable.h"

#include <gtest/gtest.h>

namespace pinpipe {
namespace {

TEST(PrintableTest, LeavesTextAsItIs) {
  const std::string text = "plain, \"quoted\", \\ é 日本 👍🏽 \u00A0";
  EXPECT_EQ(printable(text), text);
}

TEST(PrintableTest, ShowsWhatWouldActOnATerminal) {
  EXPECT_EQ(printable("a\x1b]52;c;x\x07\r\nb\tc\x7f"), "a\\u001b]52;c;x\\u0007\\r\\nb\\tc\\u007f");
  EXPECT_EQ(printable("\u009b\u061c\u200f\u2028\u202e\u2066\ufeff"),
            "\\u009b\\u061c\\u200f\\u2028\\u202e\\u2066\\ufeff");
}

TEST(PrintableTest, ShowsBytesThatAreNotUtf8) {
  EXPECT_EQ(printable("a\xff\xc3"), "a\\xff\\xc3");
  EXPECT_EQ(printable("\xed\xa0\x80\xc0\x80\xf4\x90\x80\x80"),
            "\\xed\\xa0\\x80\\xc0\\x80\\xf4\\x90\\x80\\x80");
}

}  // namespace
}  // namespace pinpipe
