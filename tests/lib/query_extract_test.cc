// What counts as clean, and what a line gives.
#include "query/extract.h"

#include <gtest/gtest.h>

namespace pinpipe::query {
namespace {

std::vector<Plan> plans_of(std::string_view keys, std::string_view metric = "count") {
  std::vector<Plan> plans(1);
  plans[0].keys = parse_keys(keys).value();
  plans[0].metrics = {parse_metric(metric).value()};
  return plans;
}

/// What lines give of the keys, and of the field of the metric behind them, of some plan.
struct Reader {
  explicit Reader(std::string_view keys, std::string_view metric = "count",
                  std::optional<TimeField> time = std::nullopt)
      : plans(plans_of(keys, metric)), program(plans, std::move(time)), extractor(program) {}

  Status read(std::string_view line) { return extractor.line(line, parts); }
  const Cell& cell(size_t post, Slot slot) const {
    return parts.cells.at(post * program.slots().size() + slot);
  }

  std::vector<Plan> plans;
  Program program;
  Extractor extractor;
  ExtractedBatch parts;
};

std::string reason_of(std::string_view line) {
  Reader reader("country");
  const auto status = reader.read(line);
  EXPECT_EQ(!status.ok(), reader.parts.posts.empty())
      << "a rejected line adds nothing, any other something: " << line;
  return status.ok() ? "" : status.error().what;
}

constexpr const char* kPost =
    R"({"pin":{"ind":7,"category":"art","follower_count":3000,"poster_name":null},)"
    R"("geo":{"ind":7,"country":"Peru","timestamp":"2020-02-29T23:59:59"},)"
    R"("user":{"ind":7,"user_name":"A B","age":20,"date_joined":"1970-01-02T00:00:01.50"}})";

TEST(Extract, GivesTheFieldsOfAPost) {
  Reader reader("ind,category,poster_name,country,post_year,age_group,join_year",
                "sum:follower_count");
  const std::string line = kPost;
  ASSERT_TRUE(reader.read(line).ok());
  ASSERT_EQ(reader.parts.posts.size(), 1u);
  EXPECT_EQ(reader.parts.posts[0].datasets, kAllDatasets);
  EXPECT_EQ(reader.parts.posts[0].ind, 7);
  EXPECT_EQ(reader.cell(0, 0).integer(), 7);
  EXPECT_EQ(reader.cell(0, 1).text(), "art");
  EXPECT_TRUE(reader.cell(0, 2).is_null());
  EXPECT_EQ(reader.cell(0, 3).text(), "Peru");
  EXPECT_EQ(reader.cell(0, 4).integer(), 2020);
  EXPECT_EQ(reader.cell(0, 5).text(), "18-24");
  EXPECT_EQ(reader.cell(0, 6).integer(), 1970);
  EXPECT_EQ(reader.cell(0, 7).integer(), 3000);
}

TEST(Extract, GivesThePartsOfATimestamp) {
  Reader reader("post_year,post_month,post_day,post_hour,join_month", "min:date_joined");
  const std::string line = kPost;
  ASSERT_TRUE(reader.read(line).ok());
  const int64_t kParts[] = {2020, 2, 29, 23, 1};
  for (Slot slot = 0; slot < 5; ++slot) EXPECT_EQ(reader.cell(0, slot).integer(), kParts[slot]);
  EXPECT_EQ(reader.cell(0, 5).text(), "1970-01-02T00:00:01.5");
}

TEST(Extract, GivesAPartForEachIndOfALine) {
  Reader reader("ind", "sum:age");
  const std::string line =
      R"({"pin":{"ind":7,"follower_count":1},"geo":{"ind":8,"country":"Peru"},)"
      R"("user":{"ind":7,"age":20}})";
  ASSERT_TRUE(reader.read(line).ok());
  ASSERT_EQ(reader.parts.posts.size(), 2u);
  EXPECT_EQ(reader.parts.posts[0].ind, 7);
  EXPECT_EQ(reader.parts.posts[0].datasets, 5);
  EXPECT_EQ(reader.cell(0, 0).integer(), 7);
  EXPECT_EQ(reader.cell(0, 1).integer(), 20);
  EXPECT_EQ(reader.parts.posts[1].ind, 8);
  EXPECT_EQ(reader.parts.posts[1].datasets, 2);
  EXPECT_EQ(reader.cell(1, 0).integer(), 8);
}

TEST(Extract, ChecksAlsoWhatNobodyAsksAbout) {
  Reader reader("country");
  EXPECT_FALSE(reader.read(R"({"pin":{"ind":1,"follower_count":"3k"}})").ok());
  EXPECT_FALSE(reader.read(R"({"pin":{"ind":1,"category":5}})").ok());
  EXPECT_TRUE(reader.parts.posts.empty());
}

TEST(Extract, TextsAreWhatTheyStandFor) {
  Reader reader("country");
  const std::string raw = R"({"ind":1,"country":"café"})";
  const std::string escaped = R"({"\u0069nd":2,"country":"caf\u00e9"})";
  ASSERT_TRUE(reader.read(raw).ok());
  ASSERT_TRUE(reader.read(escaped).ok());
  ASSERT_EQ(reader.parts.posts.size(), 2u);
  EXPECT_EQ(reader.parts.posts[1].ind, 2);
  EXPECT_EQ(reader.cell(0, 0).text(), reader.cell(1, 0).text());
  EXPECT_EQ(reader.cell(0, 0).hash(), reader.cell(1, 0).hash());
}

TEST(Extract, TheLastOfEqualKeysCounts) {
  Reader reader("country");
  const std::string line = R"({"ind":"x","country":3,"ind":4,"country":"Peru"})";
  ASSERT_TRUE(reader.read(line).ok());
  ASSERT_EQ(reader.parts.posts.size(), 1u);
  EXPECT_EQ(reader.parts.posts[0].ind, 4);
  EXPECT_EQ(reader.cell(0, 0).text(), "Peru");
  EXPECT_EQ(reason_of(R"({"ind":4,"country":"Peru","ind":null})"),
            "geo: no ind or index, which says what record this is");
}

TEST(Extract, ReadsTheMomentOfALine) {
  const auto moment_of = [](const char* name, const std::string& line) -> std::string {
    const auto field = find_field(name);
    TimeField time{name, field.ok() ? std::optional(*field.value()) : std::nullopt};
    Reader reader("country", "count", std::move(time));
    const auto status = reader.read(line);
    return status.ok() ? std::to_string(reader.parts.posts.at(0).time_us) : status.error().what;
  };
  EXPECT_EQ(moment_of("timestamp", kPost), "1583020799000000");
  EXPECT_EQ(moment_of("date_joined", kPost), "86401500000");
  EXPECT_EQ(moment_of("timestamp", R"({"pin":{"ind":1,"title":"x"}})"),
            "no timestamp, by which windows go");
  EXPECT_EQ(moment_of("seen", R"({"pin":{"ind":1},"seen":"1970-01-01T00:00:02Z"})"), "2000000");
  EXPECT_EQ(moment_of("seen", R"({"pin":{"ind":1},"seen":1600000000123})"), "1600000000123000");
  EXPECT_EQ(moment_of("seen", R"({"pin":{"ind":1},"seen":"soon"})"),
            "seen \"soon\" is not a timestamp");
  EXPECT_EQ(moment_of("seen", R"({"pin":{"ind":1},"seen":null})"), "no seen, by which windows go");
}

TEST(Extract, TakesWhatCleanersWrite) {
  for (
      const char* line : {
          R"({"ind":1,"unique_id":"u","title":null,"follower_count":null,"unknown":[{"x":1}]})",
          R"({"ind":-1,"unique_id":"u","index":5})",
          R"({"ind":9223372036854775807,"country":null,"coordinates":[-1.0 , 2],"timestamp":null})",
          R"({"ind":1,"country":"x","timestamp":"2020-01-01 00:00:00+01:00"})",
          R"({"ind":1,"country":"x","latitude":null,"longitude":null,"coordinates":null})",
          R"({"ind":1,"user_name":"x","age":-9223372036854775808,"first_name":"x"})",
          R"({"pin":null,"geo":{"ind":1}})",
          R"({"ind":1,"user_name":null,"age":20,"date_joined":"2020-01-01T00:00:00"})",
          R"({"ind":-0,"country":"x","timestamp":"2020-02-29\u005423:59:59.5","coordinates":[0,-0.5e-3]})",
      }) {
    EXPECT_EQ(reason_of(line), "") << line;
  }
}

TEST(Extract, RejectsByNameWhatIsNotClean) {
  const std::pair<const char*, const char*> kCases[] = {
      {R"({"index":1,"category":"art"})", "pin: index without ind; clean it first (clean-pin)"},
      {R"({"unique_id":"u"})", "pin: no ind or index, which says what record this is"},
      {R"({"ind":"1","country":"x"})",
       "geo: ind \"1\" is not an integer within 64 bits; clean it first (clean-geo)"},
      {R"({"ind":1.0,"country":"x"})",
       "geo: ind 1.0 is not an integer within 64 bits; clean it first (clean-geo)"},
      {R"({"ind":9223372036854775808,"country":"x"})",
       "geo: ind 9223372036854775808 is not an integer within 64 bits"},
      {R"({"pin":{"ind":1,"follower_count":"3k"}})",
       "pin: follower_count \"3k\" is not an integer within 64 bits; clean it first (clean-pin)"},
      {R"({"pin":{"ind":1,"follower_count":-9223372036854775809}})",
       "pin: follower_count -9223372036854775809 is not an integer within 64 bits"},
      {R"({"pin":{"ind":01}})", "invalid number at byte 15"},
      {R"({"pin":{"ind":null,"title":"x"}})",
       "not a post: no 'pin', 'geo' or 'user' in it has an ind or index"},
      {R"({"pin":{"ind":1},"geo":{"ind":null,"coordinates":[1,2]}})",
       "geo: no ind or index, which says what record this is"},
      {R"({"pin":{"ind":1,"title":{"a":1}}})",
       "pin: title {\"a\":1} is not text; clean it first (clean-pin)"},
      {R"({"user":{"ind":1,"age":"old"}})",
       "user: age \"old\" is not an integer within 64 bits; clean it first (clean-user)"},
      {R"({"user":{"ind":1,"date_joined":"2020-13-01T00:00:00"}})",
       "user: date_joined \"2020-13-01T00:00:00\" is not a timestamp; clean it first (clean-user)"},
      {R"({"user":{"ind":1,"last_name":"x"}})",
       "user: last_name without user_name; clean it first (clean-user)"},
      {R"({"geo":{"ind":1,"timestamp":5}})",
       "geo: timestamp 5 is not a timestamp; clean it first (clean-geo)"},
      {R"({"geo":{"ind":1,"coordinates":[1]}})",
       "geo: coordinates [1] is not [latitude, longitude]; clean it first (clean-geo)"},
      {R"({"geo":{"ind":1,"coordinates":[1,"2"]}})",
       "geo: coordinates [1,\"2\"] is not [latitude, longitude]; clean it first (clean-geo)"},
      {R"({"geo":{"ind":1,"coordinates":[[1,2]]}})",
       "geo: coordinates [[1,2]] is not [latitude, longitude]; clean it first (clean-geo)"},
      {R"({"geo":{"ind":1,"coordinates":[1,2,3]}})",
       "geo: coordinates [1,2,3] is not [latitude, longitude]; clean it first (clean-geo)"},
      {R"({"geo":{"ind":1,"coordinates":[1,null]}})",
       "geo: coordinates [1,null] is not [latitude, longitude]; clean it first (clean-geo)"},
      {R"({"geo":{"ind":1,"timestamp":"2020-01-0:T00:00:00"}})",
       "geo: timestamp \"2020-01-0:T00:00:00\" is not a timestamp; clean it first (clean-geo)"},
      {R"({"geo":{"ind":1,"latitude":1.5}})",
       "geo: latitude without coordinates; clean it first (clean-geo)"},
      {R"({"pin":{"ind":1},"geo":{"ind":2},"user":[3]})", "user: [3] is not a record"},
      {R"({"x":1})", "neither a post nor a pin, geo or user record"},
  };
  for (const auto& [line, reason] : kCases) EXPECT_EQ(reason_of(line), reason);
}

TEST(Extract, ShowsNoMoreOfAValueThanIsReadable) {
  const std::string reason =
      reason_of(R"({"user":{"ind":1,"age":")" + std::string(58, 'x') + R"(éééé"}})");
  EXPECT_EQ(reason, "user: age \"" + std::string(58, 'x') +
                        "… is not an integer within 64 bits; clean it first (clean-user)");
}

}  // namespace
}  // namespace pinpipe::query
