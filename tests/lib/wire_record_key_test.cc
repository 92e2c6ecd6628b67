#include "wire/record_key.h"

#include <gtest/gtest.h>

#include "json/object.h"

namespace pinpipe::wire {
namespace {

using record::Dataset;

/// The key of `text` by `rule`, or why it has none.
std::string key_of(const KeyRule& rule, std::optional<Dataset> dataset, std::string_view text) {
  json::Scanner scanner(record::kFieldIds);
  json::Members members;
  if (auto status = scanner.object(text, members); !status.ok()) return status.error().what;
  KeyFinder keys(rule);
  RecordKey key;
  if (auto status = keys.find({whole_object(members), members, dataset}, text, key); !status.ok())
    return status.error().what;
  return std::string(key.json);
}

TEST(RecordKey, IsTheRecordsOwnWithoutAField) {
  EXPECT_EQ(key_of({}, Dataset::pin, R"({"index":1,"ind":2})"), "2");
  EXPECT_EQ(key_of({}, Dataset::pin, R"({"index":null,"ind":2})"), "2");
  EXPECT_EQ(key_of({}, Dataset::geo, R"({"index":1,"ind":2})"), "2");
  EXPECT_EQ(key_of({}, Dataset::user, R"({"index":1})"), "1");
  EXPECT_EQ(key_of({}, std::nullopt, R"({"index":1})"), "1");
}

TEST(RecordKey, IsTheFieldsValueAsWritten) {
  EXPECT_EQ(key_of({"k"}, Dataset::pin, R"({"k":1.50})"), "1.50");
  EXPECT_EQ(key_of({"k"}, Dataset::pin, R"({"k":"a\u00e9"})"), R"("a\u00e9")");
  EXPECT_EQ(key_of({"k"}, Dataset::pin, R"({"\u006b":true})"), "true");
  EXPECT_EQ(key_of({"k"}, Dataset::pin, R"({"k":1,"k":2})"), "2");
}

TEST(RecordKey, TakesIndAndIndexForOneInRecordsOfADatasetOnly) {
  EXPECT_EQ(key_of({"ind"}, Dataset::pin, R"({"index":1})"), "1");
  EXPECT_EQ(key_of({"ind"}, Dataset::pin, R"({"index":1,"ind":2})"), "2");
  EXPECT_EQ(key_of({"index"}, Dataset::geo, R"({"ind":1})"), "1");
  EXPECT_EQ(key_of({"ind"}, std::nullopt, R"({"index":1})"), "record: no key 'ind'");
}

TEST(RecordKey, SaysWhatIsMissing) {
  EXPECT_EQ(key_of({}, Dataset::pin, "{}"), "pin: no ind or index, which says what record this is");
  EXPECT_EQ(key_of({}, Dataset::geo, "{}"), "geo: no ind or index, which says what record this is");
  EXPECT_EQ(key_of({"k"}, Dataset::user, R"({"k":null})"), "user: no key 'k'");
  EXPECT_EQ(key_of({"k"}, Dataset::user, R"({"k":{}})"), "user: the key is an object");
  EXPECT_EQ(key_of({"k"}, Dataset::user, R"({"k":[]})"), "user: the key is an array");
}

TEST(RecordKey, IsAHashWhereThatIsAllowed) {
  const KeyRule rule{"k", true};
  EXPECT_EQ(key_of(rule, std::nullopt, "{}"), "\"08f44b07b5901a25\"");
  for (const auto* text : {R"({"k":null})", R"({"k":{"a":1}})", R"({"k":[1]})"}) {
    EXPECT_EQ(key_of(rule, std::nullopt, text).size(), 18u) << text;
  }
  EXPECT_EQ(key_of(rule, std::nullopt, R"({"k":7})"), "7");
}

}  // namespace
}  // namespace pinpipe::wire
