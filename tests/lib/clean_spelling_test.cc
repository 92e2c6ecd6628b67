#include "clean/spelling.h"

#include <gtest/gtest.h>

#include <string>

namespace pinpipe::clean {
namespace {

using record::Dataset;

/// The raw field that `key` is taken for where all are missing; "" where it is none.
std::string meant(Dataset dataset, std::string_view key) {
  Spelling spelling(dataset);
  const auto field = spelling.field_meant(key, spelling.fields());
  return field ? std::string(record::raw_schema(dataset)[*field].name) : "";
}

TEST(SpellingTest, FindsTheFieldWithinTwoEdits) {
  EXPECT_EQ(meant(Dataset::pin, "img_src"), "image_src");
  EXPECT_EQ(meant(Dataset::pin, "Image Src"), "image_src");
  EXPECT_EQ(meant(Dataset::pin, "FOLLOWERS-COUNT"), "follower_count");
  EXPECT_EQ(meant(Dataset::pin, "im_src"), "");
  EXPECT_EQ(meant(Dataset::pin, ""), "");
  EXPECT_EQ(meant(Dataset::geo, "longitud"), "longitude");
}

TEST(SpellingTest, AllowsShortNamesOneEdit) {
  EXPECT_EQ(meant(Dataset::user, "ages"), "age");
  EXPECT_EQ(meant(Dataset::user, "ag"), "age");
  EXPECT_EQ(meant(Dataset::user, "aged_"), "age");
  EXPECT_EQ(meant(Dataset::user, "agent"), "");
  EXPECT_EQ(meant(Dataset::user, "tag"), "");
}

TEST(SpellingTest, TakesNoKeyForTheRecordsOwn) { EXPECT_EQ(meant(Dataset::geo, "inde"), ""); }

TEST(SpellingTest, TakesTheNearestOfThoseThatAreMissing) {
  Spelling spelling(Dataset::geo);
  const auto at = [](std::string_view name) {
    const auto schema = record::raw_schema(Dataset::geo);
    size_t i = 0;
    while (schema[i].name != name) ++i;
    return i;
  };
  EXPECT_EQ(spelling.field_meant("latitud", spelling.fields()), at("latitude"));
  EXPECT_EQ(spelling.field_meant("latitud", spelling.fields() & ~(1U << at("latitude"))),
            std::nullopt);
}

TEST(SpellingTest, TakesKeysOfAnyLengthAndNumber) {
  Spelling spelling(Dataset::pin);
  EXPECT_EQ(spelling.field_meant(std::string(1'000'000, 'k'), spelling.fields()), std::nullopt);
  EXPECT_TRUE(spelling.field_meant("title" + std::string(1000, '_'), spelling.fields()));
  for (int i = 0; i < 1000; ++i)
    EXPECT_FALSE(spelling.field_meant("key" + std::to_string(i), spelling.fields()));
  EXPECT_TRUE(spelling.field_meant("titel", spelling.fields()));
}

}  // namespace
}  // namespace pinpipe::clean
