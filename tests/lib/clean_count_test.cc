#include <gtest/gtest.h>

#include <random>
#include <string>

#include "clean/field_reader.h"

namespace pinpipe::clean {
namespace {

std::string count(std::string_view text) {
  std::string room(text.size() + 16, '\0');
  Cursor to{room.data()};
  if (!write_count(text, to)) {
    EXPECT_EQ(to.at, room.data()) << text << ": refused, but something was written";
    return "none";
  }
  EXPECT_LE(size_t(to.at - room.data()), text.size() + 9) << text;
  return room.substr(0, size_t(to.at - room.data()));
}

std::string digits_of(unsigned __int128 value) {
  std::string text;
  do {
    text.insert(text.begin(), static_cast<char>('0' + int(value % 10)));
  } while (value /= 10);
  return text;
}

std::string with_commas(std::string digits) {
  for (size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

TEST(CountTest, MovesThePointExactly) {
  std::mt19937_64 random(9);
  constexpr std::pair<const char*, int> kSuffixes[] = {{"", 0},  {"k", 3}, {"K", 3}, {"m", 6},
                                                       {"M", 6}, {"b", 9}, {"B", 9}};
  for (int i = 0; i < 50'000; ++i) {
    const uint64_t whole = random() >> (random() % 64);
    const auto [suffix, places] = kSuffixes[random() % 7];
    std::string fraction;
    unsigned __int128 value = whole;
    for (int place = 0; place < places; ++place) value *= 10;
    unsigned __int128 weight = 1;
    for (int place = 0; place < places; ++place) weight *= 10;
    for (auto size = places == 0 ? 0 : random() % (places + 1); size-- > 0;) {
      const auto digit = static_cast<unsigned>(random() % 10);
      fraction += static_cast<char>('0' + digit);
      weight /= 10;
      value += digit * weight;
    }
    auto text = random() % 2 ? digits_of(whole) : with_commas(digits_of(whole));
    if (!fraction.empty()) text += "." + fraction + std::string(random() % 3, '0');
    ASSERT_EQ(count(text + suffix), digits_of(value)) << text << suffix;
  }
}

TEST(CountTest, TakesAnySize) {
  EXPECT_EQ(count(std::string(60, '9') + "B"), std::string(60, '9') + "000000000");
  EXPECT_EQ(count("0"), "0");
  EXPECT_EQ(count("0k"), "0");
  EXPECT_EQ(count("0.000B"), "0");
  EXPECT_EQ(count("0.000000001B"), "1");
  EXPECT_EQ(count("-1.5k"), "-1500");
}

TEST(CountTest, RefusesWhatIsNoWholeNumber) {
  for (const auto* bad : {"",          "k",        "-",      "-k",      ".",       "1.",
                          "1.k",       ".5k",      "1.5",    "1.2345k", "0.0001k", "0.0000000001B",
                          "+5",        "007",      "00",     "01k",     "1e3",     "1 k",
                          " 1",        "1 ",       "1kk",    "1mk",     "1t",      "12,34",
                          "1,23",      "1234,567", "1,,234", ",123",    "1,234,",  "0,123",
                          "1,234,56",  "1.5,000k", "--5",    "5-",      "1.2.3k",  "abc",
                          "1\xC2\xA0k"}) {
    EXPECT_EQ(count(bad), "none") << bad;
  }
}

}  // namespace
}  // namespace pinpipe::clean
