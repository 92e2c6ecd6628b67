#include "json/plain_words.h"

#include <gtest/gtest.h>

namespace pinpipe::json {
namespace {

TEST(PlainWords, AreOneLineOfUtf8OfAFewHundredBytes) {
  EXPECT_EQ(plain_words("  a\r\n\tb\x01 "), "a b");
  EXPECT_EQ(plain_words("ab\xFF\xC3\xA9"), "ab");
  EXPECT_EQ(plain_words("a\xC3\xA9\xC3\xA9", 4), "a\xC3\xA9...");
  EXPECT_EQ(plain_words(std::string(1000, 'x')), std::string(300, 'x') + "...");
}

}  // namespace
}  // namespace pinpipe::json
