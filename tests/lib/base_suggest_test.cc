#include "base/suggest.h"

#include <gtest/gtest.h>

#include <vector>

namespace pinpipe {
namespace {

const std::vector<std::string> kOptions{"--strict", "--stats", "--rejects", "--max-line", "--zstd"};

TEST(SuggestTest, FindsTheNearestOfSlips) {
  EXPECT_EQ(nearest("--strct", kOptions), "--strict");
  EXPECT_EQ(nearest("--stat", kOptions), "--stats");
  EXPECT_EQ(nearest("--max_line", kOptions), "--max-line");
  EXPECT_EQ(nearest("--reject", kOptions), "--rejects");
  EXPECT_EQ(nearest("--zstd", kOptions), "--zstd");
}

TEST(SuggestTest, SaysNothingWhereNothingIsNear) {
  EXPECT_EQ(nearest("--wholly-other", kOptions), "");
  EXPECT_EQ(nearest("", kOptions), "");
  EXPECT_EQ(nearest("--strict", {}), "");
}

TEST(SuggestTest, AsksAQuestion) {
  EXPECT_EQ(did_you_mean("--strct", kOptions), "did you mean '--strict'?");
  EXPECT_EQ(did_you_mean("--wholly-other", kOptions), "");
}

}  // namespace
}  // namespace pinpipe
