#include "record/records.h"
#include "record/schema.h"

#include <gtest/gtest.h>

#include <string>

#include "record/schema.h"

namespace pinpipe::record {
namespace {

/// "pin", "geo", "user", "post:pin,user", "none", or "fault".
std::string found(std::string_view line) {
  json::Scanner scanner{kFieldIds};
  json::Members members;
  if (!scanner.object(line, members).ok()) return "fault";
  const auto records = find_records(members);
  std::string names;
  for (const auto dataset : kDatasets) {
    if (!records[dataset].present) continue;
    names += (names.empty() ? "" : ",") + std::string(name_of(dataset));
  }
  if (names.empty()) return "none";
  if (records.form == Form::joined) return "joined:" + names;
  return records.is_post() ? "post:" + names : names;
}

std::string as_post(std::string_view line) {
  json::Scanner scanner{kFieldIds};
  json::Members members;
  EXPECT_TRUE(scanner.object(line, members).ok());
  auto records = find_records(members);
  Buffer post;
  EXPECT_TRUE(take_apart(scanner, members, records, post).ok());
  EXPECT_TRUE(records.is_post());
  return std::string(post.view());
}

TEST(RecordsTest, KnowsABareRecordByItsMarks) {
  EXPECT_EQ(found(R"({"unique_id":"u"})"), "pin");
  EXPECT_EQ(found(R"({"index":0})"), "pin");
  for (const auto* key : {"latitude", "longitude", "coordinates", "country"}) {
    EXPECT_EQ(found("{\"" + std::string(key) + "\":1}"), "geo") << key;
  }
  for (const auto* key : {"first_name", "last_name", "user_name", "date_joined"}) {
    EXPECT_EQ(found("{\"" + std::string(key) + "\":\"\"}"), "user") << key;
  }
  for (const auto* key : {"ind", "Index", "pins", "img_src"}) {
    EXPECT_EQ(found("{\"" + std::string(key) + "\":1}"), "none") << key;
  }
}

TEST(RecordsTest, KnowsARecordOfAnyDatasetUnderEitherKey) {
  for (const auto* key : {"ind", "index"}) {
    const std::string begin = "{\"" + std::string(key) + "\":1,";
    EXPECT_EQ(found(begin + R"("category":"a"})"), "pin");
    EXPECT_EQ(found(begin + R"("country":"x"})"), "geo");
    EXPECT_EQ(found(begin + R"("date_joined":"d"})"), "user");
  }
}

TEST(RecordsTest, LetsWeakMarksDecideWhereNothingElseDoes) {
  EXPECT_EQ(found(R"({"ind":1,"title":"x"})"), "pin");
  EXPECT_EQ(found(R"({"ind":1,"description":"x"})"), "pin");
  EXPECT_EQ(found(R"({"index":1,"timestamp":"x"})"), "geo");
  EXPECT_EQ(found(R"({"index":1,"age":3})"), "user");
  EXPECT_EQ(found(R"({"index":1,"age":3,"title":"x"})"), "pin") << "of several, the key decides";
  EXPECT_EQ(found(R"({"ind":1,"age":3,"title":"x"})"), "none");
  EXPECT_EQ(found(R"({"ind":1,"index":1,"age":3,"title":"x"})"), "none") << "ind is the key";
  EXPECT_EQ(
      found(R"({"index":1,"title":"x","description":"y","timestamp":"t","age":3,"country":"x"})"),
      "geo");
}

TEST(RecordsTest, TakesALoneIndexForAPinButAmongOthersKeys) {
  EXPECT_EQ(found(R"({"index":0})"), "pin");
  EXPECT_EQ(found(R"({"index":0,"title":null,"x":null})"), "pin");
  EXPECT_EQ(found(R"({"index":0,"x":1})"), "none");
  EXPECT_EQ(found(R"({"index":0,"x":1,"y":null})"), "none");
  EXPECT_EQ(found(R"({"index":0,"ind":1})"), "pin");
}

TEST(RecordsTest, KnowsARecordOfNullsByAllItsKeys) {
  EXPECT_EQ(
      found(R"({"index":1,"timestamp":null,"latitude":null,"longitude":null,"country":null})"),
      "geo");
  EXPECT_EQ(found(R"({"ind":1,"first_name":null,"last_name":null,"age":null,"date_joined":null})"),
            "user");
  EXPECT_EQ(found(R"({"ind":1,"country":null,"coordinates":null,"timestamp":null})"), "geo");
  EXPECT_EQ(found(R"({"ind":1,"country":null,"coordinates":null})"), "none");
}

TEST(RecordsTest, KnowsAJoinedRowByMarksOfSeveral) {
  EXPECT_EQ(found(R"({"first_name":"A","country":"x","index":1})"), "joined:geo,user");
  EXPECT_EQ(found(R"({"first_name":"A","country":"x","ind":1,"unique_id":"u"})"),
            "joined:pin,geo,user");
  EXPECT_EQ(found(R"({"first_name":"A","country":"x"})"), "none") << "without a key";
}

TEST(RecordsTest, WritesAJoinedRowAsThePostThatItIs) {
  EXPECT_EQ(
      as_post(R"({"index":7,"age":3,"note":[1, 2],"title":"t","latitude":1.50,"category":"a"})"),
      R"({"pin":{"index":7,"title":"t","category":"a"},"geo":{"ind":7,"latitude":1.50},"age":3,"note":[1, 2]})");
  EXPECT_EQ(
      as_post(R"({"ind":7,"index":8,"country":"x","user_name":"A","age":3})"),
      R"({"geo":{"ind":7,"country":"x"},"user":{"ind":7,"user_name":"A","age":3},"index":8})");
  EXPECT_EQ(as_post(R"({"ind":7,"unique_id":"u","country":"x"})"),
            R"({"pin":{"ind":7,"unique_id":"u"},"geo":{"ind":7,"country":"x"}})")
      << "clean, for all that is seen";
  EXPECT_EQ(
      as_post(R"({"ind":7,"index":7,"unique_id":"u","downloaded":1,"country":"x","pin":"p"})"),
      R"({"pin":{"index":7,"unique_id":"u","downloaded":1,"pin":"p"},"geo":{"ind":7,"country":"x"}})");
}

TEST(RecordsTest, DoesNotCountNulls) {
  EXPECT_EQ(found(R"({"unique_id":null,"index":null,"country":"x","user_name":null})"), "geo");
  EXPECT_EQ(found(R"({"unique_id":null,"latitude":null,"user_name":"A"})"), "user");
  EXPECT_EQ(found(R"({"unique_id":null})"), "none");
  EXPECT_EQ(found(R"({"index":1,"unique_id":null,"country":"x"})"), "geo");
  EXPECT_EQ(found(R"({"index":1,"index":null,"country":"x"})"), "geo") << "the last one counts";
  EXPECT_EQ(found(R"({"country":"x","country":null,"index":1})"), "pin");
}

TEST(RecordsTest, ReadsMarksBehindTheirEscapes) {
  EXPECT_EQ(found(R"({"\u0069ndex":1})"), "pin");
  EXPECT_EQ(found(R"({"\u0070in":{"\u0069nd":1}})"), "post:pin");
}

TEST(RecordsTest, KnowsAPostByAMemberWithAKey) {
  EXPECT_EQ(found(R"({"pin":{"index":1},"geo":{"ind":1},"user":{"ind":1}})"), "post:pin,geo,user");
  EXPECT_EQ(found(R"({"pin":{"ind":1}})"), "post:pin") << "either spelling is a key";
  EXPECT_EQ(found(R"({"geo":{"index":1}})"), "post:geo");
  EXPECT_EQ(found(R"({"user":{"x":[2],"ind":{}},"x":1})"), "post:user");
  EXPECT_EQ(found(R"({"pin":null,"geo":{"ind":1}})"), "post:geo");
  EXPECT_EQ(found(R"({"pin":5,"index":1})"), "pin");
  EXPECT_EQ(found(R"({"pin":null,"geo":[],"user":""})"), "none");
}

TEST(RecordsTest, CountsTheLastOfEqualKeysOfAPost) {
  EXPECT_EQ(found(R"({"pin":{"ind":1},"pin":null})"), "none");
  EXPECT_EQ(found(R"({"pin":null,"pin":{"ind":1}})"), "post:pin");
  EXPECT_EQ(found(R"({"pin":{"ind":1,"ind":null}})"), "none");
  EXPECT_EQ(found(R"({"pin":{"ind":null,"ind":1}})"), "post:pin");
  EXPECT_EQ(found(R"({"pin":{"ind":1,"ind":null,"index":2}})"), "post:pin");
}

TEST(RecordsTest, TakesNoPostFromMembersWithoutKeys) {
  EXPECT_EQ(found(R"({"pin":{}})"), "none");
  EXPECT_EQ(found(R"({"pin":{"title":"a"},"geo":{"country":"x"}})"), "none");
  EXPECT_EQ(found(R"({"id":1,"text":"hello","user":{"id":5}})"), "none");
  EXPECT_EQ(found(R"({"index":1,"user":{"name":"x"}})"), "none") << "a post but for the key";
  EXPECT_EQ(found(R"({"pin":{"index":null},"index":1})"), "none");
  EXPECT_EQ(found(R"({"pin":{"index":1},"geo":{"x":1}})"), "post:pin,geo") << "the geo is a misfit";
}

TEST(RecordsTest, TellsARecordWithSomebodysUserFromAPost) {
  EXPECT_EQ(found(R"({"index":1,"title":"Untitled","user":{"name":"x"}})"), "pin");
  EXPECT_EQ(found(R"({"index":1,"title":"Untitled","user":{"ind":5}})"), "pin");
  EXPECT_EQ(found(R"({"ind":1,"country":"x","user":{"ind":5},"geo":{"lat":1}})"), "geo");
  EXPECT_EQ(found(R"({"index":1,"user":{"ind":5}})"), "post:user") << "a key alone decides nothing";
  EXPECT_EQ(found(R"({"ind":1,"timestamp":"now","user":{"ind":5}})"), "post:user");
  EXPECT_EQ(found(R"({"title":"Untitled","user":{"ind":5}})"), "post:user") << "nor does a mark";
  EXPECT_EQ(found(R"({"ind":null,"country":"x","user":{"ind":5}})"), "post:user");
  EXPECT_EQ(found(R"({"ind":1,"country":null,"user":{"ind":5}})"), "post:user");
  EXPECT_EQ(found(R"({"index":1,"title":"a","user":{"ind":5},"pin":{"ind":5}})"), "post:pin,user");
}

TEST(RecordsTest, SaysWhatKeepsALineFromBeingARecord) {
  const auto reason = [](std::string_view line) {
    json::Scanner scanner{kFieldIds};
    json::Members members;
    EXPECT_TRUE(scanner.object(line, members).ok());
    return unrecognised(members).what;
  };
  EXPECT_EQ(reason(R"({"x":1})"), "neither a post nor a pin, geo or user record");
  EXPECT_EQ(reason(R"({"x":1,"user":{"id":5}})"),
            "not a post: no 'pin', 'geo' or 'user' in it has an ind or index");
}

TEST(RecordsTest, SaysWhyAMemberOfAPostIsNoRecord) {
  const auto reason = [](Dataset dataset, std::string_view line) {
    json::Scanner scanner{kFieldIds};
    json::Members members;
    EXPECT_TRUE(scanner.object(line, members).ok());
    const auto status = misfit(dataset, members, find_records(members));
    return status.ok() ? "" : status.error().what;
  };
  const auto* post = R"({"pin":{"ind":1},"geo":{"ind":1},"geo":{"x":1},"user":null,"user":"Ann"})";
  EXPECT_EQ(reason(Dataset::pin, post), "");
  EXPECT_EQ(reason(Dataset::geo, post), "geo: no ind or index, which says what record this is");
  EXPECT_EQ(reason(Dataset::user, post), "user: \"Ann\" is not a record");
  EXPECT_EQ(reason(Dataset::user, R"({"pin":{"ind":1},"user":"Ann","user":null})"), "");
}

TEST(RecordsTest, ShowsNoMoreOfAValueThanIsReadable) {
  EXPECT_EQ(shown("5"), "5");
  EXPECT_EQ(shown(std::string(59, 'x') + "é"), std::string(59, 'x') + "…");
}

TEST(RecordsTest, KnowsACleanRecordOfNulls) {
  for (const auto dataset : kDatasets) {
    std::string line;
    for (const auto& field : clean_schema(dataset)) {
      line += (line.empty() ? "{\"" : ",\"") + std::string(field.name) +
              "\":" + (field.name == "ind" ? "1" : "null");
    }
    EXPECT_EQ(found(line + "}"), name_of(dataset));
    EXPECT_EQ(found(line + ",\"more\":1}"), "none");
  }
}

TEST(RecordsTest, ViewsTheTextOfEachRecord) {
  const std::string line = R"( { "geo" : { "ind" : 1 } , "pin" : {"a":{"b":1},"ind":2} } )";
  json::Scanner scanner{kFieldIds};
  json::Members members;
  ASSERT_TRUE(scanner.object(line, members).ok());
  const auto records = find_records(members);
  EXPECT_EQ(records[Dataset::geo].text, R"({ "ind" : 1 })");
  EXPECT_EQ(records[Dataset::pin].text, R"({"a":{"b":1},"ind":2})");
  const auto* found = find_member(members, records[Dataset::pin], "a");
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->value, R"({"b":1})");
  EXPECT_EQ(find_member(members, records[Dataset::pin], "b"), nullptr);
  EXPECT_EQ(find_member(members, records[Dataset::geo], "a"), nullptr);
}

TEST(RecordsTest, ViewsABareRecordWithoutTheBlanksAround) {
  const std::string line = R"(  {"index":1,"index":2}  )";
  json::Scanner scanner{kFieldIds};
  json::Members members;
  ASSERT_TRUE(scanner.object(line, members).ok());
  const auto records = find_records(members);
  EXPECT_EQ(records[Dataset::pin].text, R"({"index":1,"index":2})");
  EXPECT_EQ(find_member(members, records[Dataset::pin], "index")->value, "2");
}

TEST(DatasetTest, KnowsTheirNames) {
  for (const auto& [name, dataset] : kDatasetChoices) EXPECT_EQ(name_of(dataset), name);
  EXPECT_EQ(table_of(Dataset::geo), "geolocation_data");
  EXPECT_EQ(raw_key(Dataset::pin), "index");
  EXPECT_EQ(raw_key(Dataset::user), "ind");
}

}  // namespace
}  // namespace pinpipe::record
