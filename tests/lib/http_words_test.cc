#include "http/words.h"

#include <gtest/gtest.h>

namespace pinpipe::http {
namespace {

TEST(Words, AreOneLineOfUtf8OfAFewHundredBytes) {
  EXPECT_EQ(plain_words("  a\r\n\tb\x01 "), "a b");
  EXPECT_EQ(plain_words("ab\xFF\xC3\xA9"), "ab");
  EXPECT_EQ(plain_words("a\xC3\xA9\xC3\xA9", 4), "a\xC3\xA9...");
  EXPECT_EQ(plain_words(std::string(1000, 'x')), std::string(300, 'x') + "...");
}

TEST(Secrets, AreHiddenAlsoAsPartsOfJsonStrings) {
  Secrets secrets;
  secrets.add("pass\"word");
  secrets.add("abc");  // too short to look for
  EXPECT_EQ(secrets.hidden_in("is pass\"word, abc, pass\\\"word"), "is ***, abc, ***");
}

}  // namespace
}  // namespace pinpipe::http
