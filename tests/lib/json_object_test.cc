#include "json/object.h"

#include <gtest/gtest.h>

#include <string>

#include "json/string.h"

namespace pinpipe::json {
namespace {

TEST(Object, HasTextsAndNumbersByKey) {
  Object object;
  ASSERT_TRUE(object.read(R"({"a":"né \u2713","b":12,"c":1700000000.123,"d":null,"a\u0062":"x"})"));
  EXPECT_EQ(object.text({"none", "a"}), "né ✓");
  EXPECT_EQ(object.text({"b"}), "12");
  EXPECT_EQ(object.text({"ab"}), "x");
  EXPECT_EQ(object.integer("b"), 12);
  EXPECT_EQ(object.integer("a"), std::nullopt);
  EXPECT_EQ(object.integer("c"), std::nullopt);
  EXPECT_EQ(object.number("c"), 1700000000.123);
  EXPECT_EQ(object.find("d"), nullptr);
}

TEST(Object, TheLastOfAKeyCountsAndInnerOnesAreOthers) {
  Object object;
  ASSERT_TRUE(object.read(R"({"a":{"b":1},"b":2,"b":3})"));
  EXPECT_EQ(object.integer("b"), 3);
  std::string seen;
  object.each([&](const std::string& key, const Member&) { seen += key; });
  EXPECT_EQ(seen, "abb");
}

TEST(Object, ListsAnArrayUpToOneMoreThanAsked) {
  Object object;
  ASSERT_TRUE(object.read(R"({"a":[1,"x",{}],"b":1})"));
  std::vector<Element> elements;
  EXPECT_TRUE(object.list("a", elements));
  EXPECT_EQ(elements.size(), 3u);
  EXPECT_EQ(text_of(elements[1].value, elements[1].kind), "x");
  EXPECT_TRUE(object.list("a", elements, 1));
  EXPECT_EQ(elements.size(), 2u);
  EXPECT_FALSE(object.list("b", elements));
  EXPECT_FALSE(object.list("none", elements));
}

TEST(Object, WhatIsCutShortIsNone) {
  Object object;
  EXPECT_FALSE(object.read(R"({"a":1)"));
  EXPECT_FALSE(object.read("[]"));
  EXPECT_FALSE(object.read(""));
}

struct Compacted {
  bool surely;
  std::string text;
};

Compacted compacted(std::string_view text) {
  Scanner scanner;
  Members members;
  if (auto status = scanner.object(text, members); !status.ok())
    return {false, status.error().what};
  const auto object = whole_object(members);
  Buffer to;
  append_compact(object.text, to);
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
}  // namespace pinpipe::json
