#include "ndjson/base64.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>

namespace pinpipe::ndjson {
namespace {

std::pair<bool, std::string> decoded(std::string_view text) {
  stream::Buffer to;
  to.append("before");
  const bool ok = append_base64_decoded(text, to);
  return {ok, std::string(to.view())};
}

TEST(Base64Test, EncodesTheVectorsOfRfc4648) {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(base64(bytes), text);
    EXPECT_EQ(decoded(text), std::make_pair(true, std::string("before") + bytes));
  }
  EXPECT_EQ(base64(std::string("\xFB\xEF\xBE\xFF\xFF\xFF", 6)), "++++////");
}

TEST(Base64Test, AppendsToWhatIsThere) {
  stream::Buffer to;
  to.append("x");
  append_base64("fo", to);
  EXPECT_EQ(to.view(), "xZm8=");
}

TEST(Base64Test, ComesBackWhateverTheBytes) {
  std::mt19937 random(7);
  for (size_t size = 0; size < 300; ++size) {
    std::string bytes(size, '\0');
    for (auto& byte : bytes) byte = static_cast<char>(random());
    EXPECT_EQ(decoded(base64(bytes)), std::make_pair(true, "before" + bytes));
  }
}

TEST(Base64Test, RefusesWhatIsNoBase64AndWritesNothing) {
  for (const auto* bad :
       {"Z", "Zg", "Zg=", "Zm8", "Zg===", "=", "==", "====", "Zm9=Zm9v", "Zg==Zg==", "Zm9-", "Zm9_",
        "Zm 9v", "Zm9v\n", "Zm9\xFF", "Z===", "=Zg="}) {
    EXPECT_EQ(decoded(bad), std::make_pair(false, std::string("before"))) << bad;
  }
}

TEST(Base64Test, RefusesBitsThatNoEncoderSets) {
  for (const auto* bad : {"Zh==", "Zm9=", "Zn==", "//=="}) {
    EXPECT_FALSE(decoded(bad).first) << bad;
  }
}

}  // namespace
}  // namespace pinpipe::ndjson
