#include "wire/compact.h"

#include <gtest/gtest.h>

#include <string>

#include "json/object.h"
#include "json/string.h"

namespace pinpipe::wire {
namespace {

struct Compacted {
  bool surely;
  std::string text;
};

Compacted compacted(std::string_view text) {
  json::Scanner scanner;
  json::Members members;
  if (auto status = scanner.object(text, members); !status.ok())
    return {false, status.error().what};
  const auto object = whole_object(members);
  Buffer to;
  json::append_compact(object.text, to);
  return {is_surely_compact(object, members), std::string(to.view())};
}

TEST(Compact, SeesThatTextIsCompact) {
  for (const auto* text : {R"({"a":1,"b":"x y","c":null,"d":[1,-2.5],"e":{"f":true}})",
                           R"({"a":"\" , : \\"})", R"({"":""})", R"({"a":{},"b":[]})"}) {
    const auto [surely, compact] = compacted(text);
    EXPECT_TRUE(surely) << text;
    EXPECT_EQ(compact, text);
  }
}

TEST(Compact, TakesOutBlanksWhereverTheyAre) {
  for (const auto* text : {R"({ "a":"x y","b":[1,{"c":2}]})", R"({"a" :"x y","b":[1,{"c":2}]})",
                           R"({"a": "x y","b":[1,{"c":2}]})", R"({"a":"x y" ,"b":[1,{"c":2}]})",
                           R"({"a":"x y", "b":[1,{"c":2}]})", R"({"a":"x y","b":[1,{"c":2}] })",
                           R"({"a":"x y","b":[ 1,{"c":2}]})", R"({"a":"x y","b":[1,{"c": 2}]})",
                           "{\"a\":\"x y\",\t\"b\":[1,\r{\"c\":2}]}"}) {
    const auto [surely, compact] = compacted(text);
    EXPECT_FALSE(surely) << text;
    EXPECT_EQ(compact, R"({"a":"x y","b":[1,{"c":2}]})");
  }
}

TEST(Compact, CopiesNestedTextWithBlanksInStrings) {
  EXPECT_EQ(compacted(R"({"a":["x  y"],"b":{"k k":1}})").text, R"({"a":["x  y"],"b":{"k k":1}})");
  EXPECT_EQ(compacted("{}").text, "{}");
  EXPECT_EQ(compacted("{ }").text, "{}");
}

}  // namespace
}  // namespace pinpipe::wire
