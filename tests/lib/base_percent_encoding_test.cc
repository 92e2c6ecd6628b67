#include "base/percent_encoding.h"

#include <gtest/gtest.h>

#include <string>

namespace pinpipe {
namespace {

TEST(PercentEncodingTest, KeepsTheUnreservedCharactersOfRfc3986) {
  const std::string kept = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  EXPECT_EQ(percent_encoded(kept), kept);
  EXPECT_EQ(percent_encoded("a b/ü+%\n"), "a%20b%2F%C3%BC%2B%25%0A");
  EXPECT_EQ(percent_encoded("a b/ü", "/"), "a%20b/%C3%BC");
}

TEST(PercentEncodingTest, DecodesWhatItEncodes) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_EQ(percent_decoded(percent_encoded(all)), all);
  EXPECT_EQ(percent_decoded("%2f%2F+"), "//+");
}

TEST(PercentEncodingTest, DecodesNothingElse) {
  for (const char* text : {"%", "a%4", "%4", "%4g", "%g4", "%%41", "% 4", "%-1"}) {
    EXPECT_EQ(percent_decoded(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace pinpipe
