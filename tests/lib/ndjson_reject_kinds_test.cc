#include "ndjson/reject_kinds.h"

#include <gtest/gtest.h>

namespace pinpipe::ndjson {
namespace {

std::string most_of(std::initializer_list<std::string_view> reasons) {
  RejectKinds kinds;
  for (const auto reason : reasons) kinds.add(reason);
  return kinds.most();
}

TEST(RejectKindsTest, NamesTheReasonThatCameMostOften) {
  EXPECT_EQ(most_of({}), "");
  EXPECT_EQ(most_of({"no key", "bad", "no key"}), "no key (2)");
  EXPECT_EQ(most_of({"first", "second"}), "first (1)");
}

TEST(RejectKindsTest, TakesReasonsThatDifferInNumbersAndTextsAsOneKind) {
  EXPECT_EQ(most_of({"bad at byte 7", "worse", "bad at byte 12"}), "bad at byte … (2)");
  EXPECT_EQ(most_of({"bad at byte 7", "worse", "bad at byte 7"}), "bad at byte 7 (2)");
  EXPECT_EQ(most_of({R"(age: "o\"ld" is bad)", R"(age: "" is bad)", R"(age: "cut)"}),
            "age: … is bad (2)");
}

TEST(RejectKindsTest, KeepsSixtyFourKindsAndTheStartOfLongReasons) {
  RejectKinds kinds;
  for (int i = 0; i < 100; ++i) {
    const std::string reason(i + 1, 'x');
    for (int times = 0; times <= i; ++times) kinds.add(reason);
  }
  EXPECT_EQ(kinds.most(), std::string(RejectKinds::kMax, 'x') + " (64)");
  const std::string giant = std::string(RejectKinds::kLongest - 1, 'x') + "ü";
  EXPECT_EQ(most_of({giant, giant + "y"}), std::string(RejectKinds::kLongest - 1, 'x') + " (2)");
}

}  // namespace
}  // namespace pinpipe::ndjson
