#include "json/object.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace pinpipe::json
