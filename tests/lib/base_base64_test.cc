#include "base/base64.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>

#include "base/base64_kernels.h"

namespace pinpipe {
namespace {

std::pair<bool, std::string> decoded(std::string_view text) {
  Buffer to;
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
  Buffer to;
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

/// By the table of RFC 4648, bit by bit: slow, and nothing like the kernels.
std::string encoded_by_bits(std::string_view bytes) {
  const std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  unsigned value = 0;
  for (size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    value = value << 1 | (uint8_t(bytes[bit / 8]) >> (7 - bit % 8) & 1);
    if (bit % 6 != 5) continue;
    text += alphabet[value];
    value = 0;
  }
  return text;
}

std::string random_bytes(std::mt19937& random, size_t size) {
  std::string bytes(size, '\0');
  for (auto& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

TEST(Base64Kernels, EncodeAsTheTableSays) {
  std::mt19937 random(8);
  for (const auto& kernel : base64_kernels()) {
    for (size_t size = 0; size < 300; ++size) {
      const auto bytes = random_bytes(random, size);
      std::string text(size / 3 * 4, '?');
      const size_t taken = kernel.encode(bytes, text.data());
      ASSERT_EQ(taken % 3, 0u) << kernel.name;
      ASSERT_LE(taken, size) << kernel.name;
      EXPECT_EQ(text.substr(0, taken / 3 * 4), encoded_by_bits(bytes.substr(0, taken)))
          << kernel.name;
    }
  }
}

TEST(Base64Kernels, DecodeWhatWasEncoded) {
  std::mt19937 random(9);
  for (const auto& kernel : base64_kernels()) {
    for (size_t size = 0; size < 300; size += 3) {
      const auto bytes = random_bytes(random, size);
      const auto text = encoded_by_bits(bytes);
      std::string back(size + kDecodeSlack, '?');
      const size_t taken = kernel.decode(text, back.data());
      ASSERT_EQ(taken % 4, 0u) << kernel.name;
      EXPECT_EQ(back.substr(0, taken / 4 * 3), bytes.substr(0, taken / 4 * 3)) << kernel.name;
    }
  }
}

TEST(Base64Kernels, ThePortableOneLeavesNoWholeGroup) {
  const std::string bytes(299, 'x');
  std::string text(400, '?');
  EXPECT_EQ(kBase64Portable.encode(bytes, text.data()), 297u);
  std::string back(300 + kDecodeSlack, '?');
  EXPECT_EQ(kBase64Portable.decode(text.substr(0, 396), back.data()), 396u);
}

TEST(Base64Kernels, StopAtEveryByteThatIsNoLetterWhereverItIs) {
  const std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const std::string right = std::string(letters) + std::string(letters);
  std::string back(right.size() + kDecodeSlack, '?');
  for (const auto& kernel : base64_kernels()) {
    for (size_t at = 0; at < right.size(); ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text = right;
        text[at] = static_cast<char>(byte);
        const size_t taken = kernel.decode(text, back.data());
        const bool is_letter = letters.find(text[at]) != letters.npos;
        ASSERT_TRUE(is_letter ? taken == text.size() : taken <= at)
            << kernel.name << " took " << taken << " with byte " << byte << " at " << at;
      }
    }
  }
}

TEST(Base64Test, RefusesEveryByteThatIsNoLetterWhereverItIs) {
  const std::string right = base64(std::string(100, 'x'));
  for (size_t at = 0; at < right.size() - 2; ++at) {
    for (const char bad : {'-', '_', '=', ' ', '\0', '@', '[', '`', '{', ':', '.', ',', '\x80'}) {
      std::string text = right;
      text[at] = bad;
      EXPECT_EQ(decoded(text), std::make_pair(false, std::string("before"))) << text;
    }
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
}  // namespace pinpipe
