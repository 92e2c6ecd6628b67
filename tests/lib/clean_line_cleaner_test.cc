#include "clean/line_cleaner.h"

#include <gtest/gtest.h>

#include <string>

namespace pinpipe::clean {
namespace {

using record::Dataset;

std::string cleaned(LineCleaner& cleaner, std::string_view line) {
  Buffer to;
  to.append("before ");
  const auto status = cleaner.line(line, to);
  if (!status.ok()) {
    EXPECT_EQ(to.view(), "before ") << "a rejected line left something behind";
    return "fault: " + status.error().what;
  }
  EXPECT_TRUE(to.view().ends_with('\n'));
  return std::string(to.view().substr(7, to.size() - 8));
}

TEST(LineCleanerTest, CleansItsDatasetAndPassesTheRest) {
  LineCleaner geo(Dataset::geo, {});
  EXPECT_EQ(cleaned(geo, R"({"country":"x","ind":"1","longitude":2.50,"latitude":"1"})"),
            R"({"ind":1,"country":"x","coordinates":[1,2.50],"timestamp":null})");
  EXPECT_EQ(cleaned(geo, R"( {"index" : 1} )"), R"( {"index" : 1} )");
  EXPECT_EQ(
      cleaned(geo, R"({"a":[1,2],"geo": {"ind":1} ,"pin":{"index":1}})"),
      R"({"a":[1,2],"geo": {"ind":1,"country":null,"coordinates":null,"timestamp":null} ,"pin":{"index":1}})");
}

TEST(LineCleanerTest, CountsNothingOfARejectedRecord) {
  LineCleaner user(Dataset::user, {.strict = true});
  const auto before = user.stats();
  EXPECT_TRUE(cleaned(user, R"({"ind":1,"first_name":"","age":"old","x":1})").starts_with("fault"));
  EXPECT_TRUE(cleaned(user, R"({"first_name":"A","x":1})").starts_with("fault"));
  EXPECT_TRUE(cleaned(user, "{").starts_with("fault"));
  EXPECT_EQ(user.stats(), before);
}

TEST(LineCleanerTest, FollowsKeysThatChangeTheirOrder) {
  LineCleaner user(Dataset::user, {});
  const std::string expected =
      R"({"ind":1,"user_name":"A B","age":2,"date_joined":"2020-01-01T00:00:00"})";
  for (int times = 0; times < 2; ++times) {
    for (
        const auto* line :
        {R"({"ind":1,"first_name":"A","last_name":"B","age":2,"date_joined":"2020-01-01 00:00:00"})",
         R"({"age":2,"date_joined":"2020-01-01 00:00:00","ind":1,"last_name":"B","first_name":"A"})",
         R"({"x":{"age":3},"last_name":"B","\u0061ge":2,"y":0,"ind":1,"date_joined":"2020-01-01 00:00:00","first_name":"A"})",
         R"({"ind":0,"ind":1,"user_name":"A B","age":"2","date_joined":"2020-01-01T00:00:00Z"})"}) {
      EXPECT_EQ(cleaned(user, line), expected) << line;
    }
  }
}

TEST(LineCleanerTest, AddsUpWhatThreadsCounted) {
  LineCleaner one(Dataset::user, {});
  LineCleaner other(Dataset::user, {});
  const auto* line = R"({"ind":1,"first_name":" ","age":"old","x":1,"y":2})";
  cleaned(one, line);
  cleaned(other, line);
  cleaned(other, R"({"index":1})");
  one.merge(other);
  EXPECT_EQ(one.stats(),
            R"("records":2,"passed":1,"nulled":{"user_name":2},"unreadable":{"age":2},)"
            R"("dropped":{"x":2,"y":2})");
}

TEST(NameCountsTest, BoundsTheNames) {
  NameCounts counts;
  for (int i = 0; i < 1000; ++i) counts.add("key" + std::to_string(i));
  uint64_t sum = 0;
  for (const auto& [name, times] : counts) sum += times;
  EXPECT_EQ(sum, 1000u);
  EXPECT_LE(counts.size(), 65u);

  NameCounts long_names;
  long_names.add(std::string(1'000'000, 'k'));
  size_t bytes = 0;
  for (const auto& [name, times] : long_names) bytes += name.size();
  EXPECT_LT(bytes, 10'000u) << "a name of any length is kept";
}

}  // namespace
}  // namespace pinpipe::clean
