// What counts as clean, and what a line gives.
#include "query/extract.h"

#include <gtest/gtest.h>

namespace pinpipe::query {
namespace {

std::string reason_of(std::string_view line) {
  Extractor extractor;
  ExtractedBatch parts;
  const auto status = extractor.line(line, parts);
  EXPECT_EQ(!status.ok(), parts.posts.empty())
      << "a rejected line adds nothing, any other something: " << line;
  return status.ok() ? "" : status.error().what;
}

constexpr const char* kPost =
    R"({"pin":{"ind":7,"category":"art","follower_count":3000,"poster_name":null},)"
    R"("geo":{"ind":7,"country":"Peru","timestamp":"2020-02-29T23:59:59"},)"
    R"("user":{"ind":7,"user_name":"A B","age":20,"date_joined":"1970-01-02T00:00:01.50"}})";

TEST(Extract, GivesThePartsOfAPost) {
  Extractor extractor;
  ExtractedBatch parts;
  const std::string line = kPost;
  ASSERT_TRUE(extractor.line(line, parts).ok());

  ASSERT_EQ(parts.posts.size(), 1u);
  const ExtractedPost& post = parts.posts[0];
  EXPECT_EQ(post.has, kOfPin | kOfGeo | kOfUser);
  EXPECT_EQ(post.ind, 7);
  EXPECT_EQ(post.hash, hash_of(uint64_t{7}));
  EXPECT_EQ(post.follower_count, 3000);
  EXPECT_EQ(post.category.bytes(), "art");
  EXPECT_TRUE(post.poster_name.is_null());
  EXPECT_EQ(post.country.bytes(), "Peru");
  EXPECT_EQ(post.post_year, 2020);
  EXPECT_EQ(post.age, 20);
  EXPECT_EQ(post.join_year, 1970);
  EXPECT_EQ(post.user_hash, hash_of(parts.user_key(post)));
}

TEST(Extract, GivesAPartForEachIndOfALine) {
  Extractor extractor;
  ExtractedBatch parts;
  const std::string line =
      R"({"pin":{"ind":7,"follower_count":1},"geo":{"ind":8,"country":"Peru"},)"
      R"("user":{"ind":7,"age":20}})";
  ASSERT_TRUE(extractor.line(line, parts).ok());
  ASSERT_EQ(parts.posts.size(), 2u);
  EXPECT_EQ(parts.posts[0].ind, 7);
  EXPECT_EQ(parts.posts[0].has, kOfPin | kHasUser | kHasAge);
  EXPECT_EQ(parts.posts[1].ind, 8);
  EXPECT_EQ(parts.posts[1].has, kHasGeo);
}

TEST(Extract, GivesOnlyWhatIsWantedAndChecksAll) {
  Extractor extractor(Field::kCountry | Field::kJoinYear);
  ExtractedBatch parts;
  const std::string line = kPost;
  ASSERT_TRUE(extractor.line(line, parts).ok());
  const ExtractedPost& post = parts.posts.at(0);
  EXPECT_EQ(post.has, kHasPin | kHasGeo | kHasUser | kHasJoinYear);
  EXPECT_TRUE(post.category.is_null());
  EXPECT_EQ(post.country.bytes(), "Peru");
  EXPECT_EQ(post.user_size, 0u);
  EXPECT_FALSE(extractor.line(R"({"pin":{"ind":1,"follower_count":"3k"}})", parts).ok());
  EXPECT_FALSE(extractor.line(R"({"pin":{"ind":1,"category":5}})", parts).ok());
  EXPECT_EQ(parts.posts.size(), 1u);
}

TEST(Extract, TextsAreWhatTheyStandFor) {
  Extractor extractor;
  ExtractedBatch parts;
  const std::string raw = R"({"ind":1,"country":"café"})";
  const std::string escaped = R"({"\u0069nd":2,"country":"caf\u00e9"})";
  ASSERT_TRUE(extractor.line(raw, parts).ok());
  ASSERT_TRUE(extractor.line(escaped, parts).ok());
  ASSERT_EQ(parts.posts.size(), 2u);
  EXPECT_EQ(parts.posts[1].ind, 2);
  EXPECT_EQ(parts.posts[0].country.bytes(), parts.posts[1].country.bytes());
  EXPECT_EQ(parts.posts[0].country.hash, parts.posts[1].country.hash);
}

TEST(Extract, TheLastOfEqualKeysCounts) {
  Extractor extractor;
  ExtractedBatch parts;
  const std::string line = R"({"ind":"x","country":3,"ind":4,"country":"Peru"})";
  ASSERT_TRUE(extractor.line(line, parts).ok());
  ASSERT_EQ(parts.posts.size(), 1u);
  EXPECT_EQ(parts.posts[0].ind, 4);
  EXPECT_EQ(parts.posts[0].country.bytes(), "Peru");
  EXPECT_EQ(reason_of(R"({"ind":4,"country":"Peru","ind":null})"),
            "geo: no ind or index, which says what record this is");
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
       "geo: ind \"1\" is not an integer; clean it first (clean-geo)"},
      {R"({"ind":1.0,"country":"x"})",
       "geo: ind 1.0 is not an integer; clean it first (clean-geo)"},
      {R"({"ind":9223372036854775808,"country":"x"})",
       "geo: ind 9223372036854775808 is beyond 64 bits"},
      {R"({"pin":{"ind":1,"follower_count":"3k"}})",
       "pin: follower_count \"3k\" is not an integer; clean it first (clean-pin)"},
      {R"({"pin":{"ind":1,"follower_count":-9223372036854775809}})",
       "pin: follower_count -9223372036854775809 is beyond 64 bits"},
      {R"({"pin":{"ind":01}})", "invalid number at byte 15"},
      {R"({"pin":{"ind":null,"title":"x"}})",
       "not a post: no 'pin', 'geo' or 'user' in it has an ind or index"},
      {R"({"pin":{"ind":1},"geo":{"ind":null,"coordinates":[1,2]}})",
       "geo: no ind or index, which says what record this is"},
      {R"({"pin":{"ind":1,"title":{"a":1}}})",
       "pin: title {\"a\":1} is not text; clean it first (clean-pin)"},
      {R"({"user":{"ind":1,"age":"old"}})",
       "user: age \"old\" is not an integer; clean it first (clean-user)"},
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
                        "… is not an integer; clean it first (clean-user)");
}

}  // namespace
}  // namespace pinpipe::query
