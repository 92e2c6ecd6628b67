#include "posts/builtin/line_writer.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "json/object.h"
#include "json/string.h"

namespace pinpipe::posts {
namespace {

std::string written(const std::string& text) {
  std::string line(6 * text.size() + 2, '\0');
  line.resize(static_cast<size_t>(LineWriter(line.data()).quoted(text).end() - line.data()));
  return line;
}

/// What `string`, a JSON string, stands for.
std::string meaning_of(const std::string& string) {
  json::Object object;
  return object.read("{\"of\":" + string + "}") ? object.text({"of"}) : "no JSON: " + string;
}

// It escapes for itself, as it writes without asking for room; escapes may be others, but not what
// they stand for.
TEST(LineWriter, QuotesWhatJsonQuotes) {
  for (int byte = 0; byte < 128; ++byte) {
    const std::string text = std::string("a") + static_cast<char>(byte) + "é";
    ASSERT_EQ(meaning_of(written(text)), text) << byte;
    ASSERT_EQ(meaning_of(json::quoted(text)), text) << byte;
  }
  std::mt19937 random(3);
  for (int times = 0; times < 1000; ++times) {
    std::string text;
    for (auto size = random() % 40; size-- > 0;) text += static_cast<char>(random() % 128);
    ASSERT_EQ(meaning_of(written(text)), meaning_of(json::quoted(text)));
  }
}

TEST(LineWriter, LeavesWhatNeedsNoEscape) {
  for (const char* text : {"", "plain / é😀\x7f"}) EXPECT_EQ(written(text), json::quoted(text));
}

}  // namespace
}  // namespace pinpipe::posts
