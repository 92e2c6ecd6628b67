#include "record/names.h"
#include "record/records.h"

#include <gtest/gtest.h>

#include <string>

#include "record/schema.h"

namespace pinpipe::record {
namespace {

/// "pin", "geo", "user", "post:pin,user", "none", or "fault".
std::string found(std::string_view line) {
  ndjson::Scanner scanner{names()};
  ndjson::Members members;
  if (scanner.object(line, members)) return "fault";
  const auto records = find_records(members);
  std::string names;
  for (const auto dataset : kDatasets) {
    if (!records[dataset].present) continue;
    names += (names.empty() ? "" : ",") + std::string(name_of(dataset));
  }
  if (names.empty()) return "none";
  return records.is_post ? "post:" + names : names;
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
  for (const auto* key : {"ind", "title", "timestamp", "age", "category", "Index", "pins"}) {
    EXPECT_EQ(found("{\"" + std::string(key) + "\":1}"), "none") << key;
  }
}

TEST(RecordsTest, PrefersPinToGeoToUserInAnyOrderOfKeys) {
  EXPECT_EQ(found(R"({"first_name":"A","country":"x","index":1})"), "pin");
  EXPECT_EQ(found(R"({"first_name":"A","country":"x"})"), "geo");
  EXPECT_EQ(found(R"({"date_joined":"d","longitude":false})"), "geo");
}

TEST(RecordsTest, DoesNotCountNulls) {
  EXPECT_EQ(found(R"({"unique_id":null,"index":null,"country":"x","user_name":null})"), "geo");
  EXPECT_EQ(found(R"({"unique_id":null,"latitude":null,"user_name":"A"})"), "user");
  EXPECT_EQ(found(R"({"unique_id":null})"), "none");
  EXPECT_EQ(found(R"({"index":1,"index":null,"country":"x"})"), "geo") << "the last one counts";
  EXPECT_EQ(found(R"({"index":null,"index":1,"country":"x"})"), "pin");
}

TEST(RecordsTest, ReadsMarksBehindTheirEscapes) {
  EXPECT_EQ(found(R"({"\u0069ndex":1})"), "pin");
  EXPECT_EQ(found(R"({"\u0070in":{}})"), "post:pin");
}

TEST(RecordsTest, KnowsAPostByAnObjectAmongItsMembers) {
  EXPECT_EQ(found(R"({"pin":{},"geo":{},"user":{}})"), "post:pin,geo,user");
  EXPECT_EQ(found(R"({"user":{},"x":1})"), "post:user");
  EXPECT_EQ(found(R"({"pin":null,"geo":{}})"), "post:geo");
  EXPECT_EQ(found(R"({"pin":5,"index":1})"), "pin");
  EXPECT_EQ(found(R"({"pin":null,"geo":[],"user":""})"), "none");
  EXPECT_EQ(found(R"({"pin":{},"pin":null})"), "none");
  EXPECT_EQ(found(R"({"pin":null,"pin":{}})"), "post:pin");
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
  const std::string line = R"( { "geo" : { "ind" : 1 } , "pin" : {"a":{"b":1}} } )";
  ndjson::Scanner scanner{names()};
  ndjson::Members members;
  ASSERT_FALSE(scanner.object(line, members));
  const auto records = find_records(members);
  EXPECT_EQ(records[Dataset::geo].text, R"({ "ind" : 1 })");
  EXPECT_EQ(records[Dataset::pin].text, R"({"a":{"b":1}})");
  const auto* found = find_member(members, records[Dataset::pin], "a");
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->value, R"({"b":1})");
  EXPECT_EQ(find_member(members, records[Dataset::pin], "b"), nullptr);
  EXPECT_EQ(find_member(members, records[Dataset::geo], "a"), nullptr);
}

TEST(RecordsTest, ViewsABareRecordWithoutTheBlanksAround) {
  const std::string line = R"(  {"index":1,"index":2}  )";
  ndjson::Scanner scanner{names()};
  ndjson::Members members;
  ASSERT_FALSE(scanner.object(line, members));
  const auto records = find_records(members);
  EXPECT_EQ(records[Dataset::pin].text, R"({"index":1,"index":2})");
  EXPECT_EQ(find_member(members, records[Dataset::pin], "index")->value, "2");
}

TEST(DatasetTest, KnowsTheirNames) {
  for (const auto dataset : kDatasets) EXPECT_EQ(dataset_named(name_of(dataset)), dataset);
  EXPECT_FALSE(dataset_named("post"));
  EXPECT_FALSE(dataset_named(""));
  EXPECT_EQ(table_of(Dataset::geo), "geolocation_data");
  EXPECT_EQ(raw_key(Dataset::pin), "index");
  EXPECT_EQ(raw_key(Dataset::user), "ind");
}

}  // namespace
}  // namespace pinpipe::record
