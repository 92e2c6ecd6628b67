#include "json/checked_text.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pinpipe::json {
namespace {

using json::Kind;

std::vector<std::string> elements_of(std::string_view array) {
  std::vector<std::string> elements;
  CheckedText text(array);
  for (bool more = text.enter(); more; more = text.next()) elements.emplace_back(text.value().text);
  return elements;
}

std::string member_of(std::string_view object, std::string_view name) {
  const auto member = CheckedText(object).member(name);
  return member ? std::string(member->text) : "none";
}

TEST(CheckedText, CutsAnArrayIntoElements) {
  EXPECT_EQ(elements_of("[]"), std::vector<std::string>{});
  EXPECT_EQ(elements_of(" [ \t] "), std::vector<std::string>{});
  EXPECT_EQ(elements_of(R"([1,-2.5e+3,"a",null,true,false,{},[],{"b":[{}]}])"),
            (std::vector<std::string>{"1", "-2.5e+3", R"("a")", "null", "true", "false", "{}", "[]",
                                      R"({"b":[{}]})"}));
  EXPECT_EQ(elements_of("\t[ 1 ,\"a b\" , { \"c\" : [ ] } ]"),
            (std::vector<std::string>{"1", R"("a b")", R"({ "c" : [ ] })"}));
}

TEST(CheckedText, KnowsTheKindOfEachValue) {
  const std::vector<Kind> kinds{Kind::number,  Kind::number,  Kind::string, Kind::null,
                                Kind::boolean, Kind::boolean, Kind::object, Kind::array};
  CheckedText text(R"([1,-2,"a",null,true,false,{},[]])");
  size_t at = 0;
  for (bool more = text.enter(); more; more = text.next(), ++at) {
    EXPECT_EQ(text.kind(), kinds[at]);
    EXPECT_EQ(text.value().kind, kinds[at]);
  }
  EXPECT_EQ(at, kinds.size());
}

TEST(CheckedText, EndsAStringAtItsOwnQuote) {
  EXPECT_EQ(
      elements_of(R"(["\"","\\","\\\"","a\\\\",",]}"])"),
      (std::vector<std::string>{R"("\"")", R"("\\")", R"("\\\"")", R"("a\\\\")", R"(",]}")"}));
  EXPECT_EQ(elements_of(R"([{"a\"}":"]}\\"},2])"),
            (std::vector<std::string>{R"({"a\"}":"]}\\"})", "2"}));
}

TEST(CheckedText, GivesTheLastMemberOfAName) {
  EXPECT_EQ(member_of("{}", "a"), "none");
  EXPECT_EQ(member_of(R"({"a":1,"b":2})", "b"), "2");
  EXPECT_EQ(member_of(R"({"a":1,"b":2,"a":{"c":3}})", "a"), R"({"c":3})");
  EXPECT_EQ(member_of(R"({"a":1,"b":{"c":2}})", "c"), "none");
  EXPECT_EQ(member_of(R"({ "a" : 1 , "\u0062" : [ 2 ] })", "b"), "[ 2 ]");
  EXPECT_EQ(member_of(R"({"b\\":1})", "b"), "none");
}

TEST(CheckedText, IsBehindTheObjectWhoseMembersItGave) {
  CheckedText text(R"([{"a":1},{ },{"a":2}])");
  std::string found;
  for (bool more = text.enter(); more; more = text.next()) {
    const auto [b, a] = text.members(std::array<std::string_view, 2>{"b", "a"});
    EXPECT_FALSE(b);
    found += a ? std::string(a->text) : "-";
  }
  EXPECT_EQ(found, "1-2");
}

TEST(CheckedText, SeesBlanksBetweenTokensOnly) {
  for (const auto* compact : {R"({"a b":"c d","e":[1,{}]})", "{}", R"(["\" "])"}) {
    EXPECT_FALSE(CheckedText(compact).value().has_blanks) << compact;
  }
  for (const auto* blank : {R"({ "a":1})", R"({"a": 1})", R"({"a":[1,2 ]})", "[\t]", "[1,\r2]",
                            "{\"a\":{\"b\":\n1}}"}) {
    EXPECT_TRUE(CheckedText(blank).value().has_blanks) << blank;
  }
}

}  // namespace
}  // namespace pinpipe::json
