// The scanner's views, kinds and reasons, case by case. ndjson_scan_oracle_test.cc compares what it
// takes and refuses with simdjson's DOM.
#include "json/scanner.h"

#include <gtest/gtest.h>

#include <string>

namespace pinpipe::json {
namespace {

class ScanTest : public testing::Test {
 protected:
  std::string fault_of(std::string_view text) {
    const auto status = scanner_.object(text, members_);
    return status.ok() ? "" : status.error().what;
  }
  const Member& member(size_t at) { return members_[static_cast<uint32_t>(at)]; }

  Scanner scanner_;
  Members members_;
};

std::string nested(size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); }

TEST_F(ScanTest, ListsMembersAndThoseOfObjectsAmongThem) {
  ASSERT_EQ(fault_of(R"({"pin":{"index":1,"x":{"y":2}},"x":[{"z":3}]})"), "");
  ASSERT_EQ(members_.size(), 4u);
  EXPECT_EQ(member(0).key, "pin");
  EXPECT_EQ(member(0).value, R"({"index":1,"x":{"y":2}})");
  EXPECT_EQ(member(0).kind, Kind::object);
  EXPECT_EQ(member(0).next, 3u);
  EXPECT_EQ(member(1).key, "index");
  EXPECT_EQ(member(1).next, 2u);
  EXPECT_EQ(member(2).value, R"({"y":2})");
  EXPECT_EQ(member(2).next, 3u);
  EXPECT_EQ(member(3).value, R"([{"z":3}])");
  EXPECT_EQ(member(3).kind, Kind::array);
  EXPECT_EQ(member(3).next, 4u);
}

TEST_F(ScanTest, VisitsOneLevelAtATime) {
  ASSERT_EQ(fault_of(R"({"a":{"b":1,"c":{}},"d":{},"e":2})"), "");
  std::string keys;
  members_.each(0, members_.size(), [&](const Member& m, uint32_t) { keys += m.key; });
  EXPECT_EQ(keys, "ade");
  keys.clear();
  members_.each(1, member(0).next, [&](const Member& m, uint32_t) { keys += m.key; });
  EXPECT_EQ(keys, "bc");
}

TEST_F(ScanTest, KeepsValuesAsWritten) {
  ASSERT_EQ(fault_of(" { \"a\" : 1.50 , \"b\":\" x \" ,\t\"c\": [ 1 , 2 ] , \"d\":null } "), "");
  EXPECT_EQ(member(0).value, "1.50");
  EXPECT_EQ(member(1).value, "\" x \"");
  EXPECT_EQ(member(2).value, "[ 1 , 2 ]");
  EXPECT_EQ(member(3).kind, Kind::null);
}

TEST_F(ScanTest, TellsEscapesInKeysAndValues) {
  ASSERT_EQ(fault_of(R"({"a":"b","\u0061":"c","d":"\n"})"), "");
  EXPECT_FALSE(member(0).key_escaped);
  EXPECT_FALSE(member(0).value_escaped);
  EXPECT_TRUE(member(1).key_escaped);
  EXPECT_EQ(member(1).key, "\\u0061");
  EXPECT_FALSE(member(1).value_escaped);
  EXPECT_TRUE(member(2).value_escaped);
}

TEST_F(ScanTest, PointsAtTheCulprit) {
  EXPECT_EQ(fault_of("x"), "not a JSON object at byte 1");
  EXPECT_EQ(fault_of(R"({"a":1 2})"), "no ',' or '}' at byte 8");
  EXPECT_EQ(fault_of(R"({"a":[1 2]})"), "no ',' or ']' at byte 9");
  EXPECT_EQ(fault_of(R"({"a":{"b":-x}})"), "invalid number at byte 11");
  EXPECT_EQ(fault_of(R"({"a":tru})"), "not a JSON value at byte 6");
  EXPECT_EQ(fault_of(R"({"a":[{"b":[{}]}})"), "no ',' or ']' at byte 17");
  EXPECT_EQ(fault_of(R"({"a":1)"), "cut short: an object or array is not closed");
  EXPECT_EQ(fault_of(R"({"a":"1)"), "string not closed");
}

TEST_F(ScanTest, RefusesWhatIsCutAnywhere) {
  const std::string whole = R"({"a":{"b":[1,{"c":"\ud83d\ude00\n"},null]},"d":-1.5e+3,"e":true})";
  ASSERT_EQ(fault_of(whole), "");
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_NE(fault_of(whole.substr(0, size)), "") << size;
  }
}

TEST_F(ScanTest, HasOneLimitOfDepthOnAllLevels) {
  const auto line = [](size_t levels) { return "{\"a\":" + nested(levels - 1) + "}"; };
  const auto post = [](size_t levels) { return "{\"a\":{\"b\":" + nested(levels - 2) + "}}"; };
  EXPECT_EQ(fault_of(line(kMaxRecordDepth)), "");
  EXPECT_EQ(fault_of(post(kMaxRecordDepth)), "");
  EXPECT_NE(fault_of(line(kMaxRecordDepth + 1)), "");
  EXPECT_NE(fault_of(post(kMaxRecordDepth + 1)), "");
  EXPECT_NE(fault_of(line(2000)), "");
  // The level of a member that was left is forgotten.
  EXPECT_EQ(fault_of("{\"a\":{\"b\":1},\"c\":" + nested(kMaxRecordDepth - 1) + "}"), "");
  EXPECT_NE(fault_of("{\"a\":{\"b\":1},\"c\":" + nested(kMaxRecordDepth) + "}"), "");
}

TEST_F(ScanTest, TellsOfLevelsThatNoRecordMayHave) {
  Members members;
  for (const size_t most : {kMaxDepth, kAnyDepth}) {
    Scanner scanner(most);
    for (const size_t levels : {kMaxRecordDepth, kMaxRecordDepth + 1, kMaxDepth, kMaxDepth + 1}) {
      const auto line = "{\"a\":" + nested(levels - 1) + ",\"b\":{\"c\":[[1]]}}";
      EXPECT_EQ(scanner.object(line, members).ok(), levels <= most) << levels;
      EXPECT_EQ(scanner.was_deep(), levels > kMaxRecordDepth) << levels;
    }
    EXPECT_TRUE(scanner.object("{}", members).ok());
    EXPECT_FALSE(scanner.was_deep());
  }
}

TEST_F(ScanTest, ForgetsTheLastText) {
  ASSERT_EQ(fault_of(R"({"a":1,"b":2})"), "");
  ASSERT_NE(fault_of(R"({"c":3)"), "");
  ASSERT_EQ(fault_of("{}"), "");
  EXPECT_EQ(members_.size(), 0u);
}

TEST_F(ScanTest, ReadsNothingBehindTheText) {
  const std::string two = R"({"a":"b"}{"c":"d"})";
  for (const size_t size : {9, 18}) {
    EXPECT_EQ(fault_of(std::string_view(two).substr(size - 9, 9)), "");
  }
  const std::string quote = "{\"a\":1}\"";
  EXPECT_EQ(fault_of(std::string_view(quote).substr(0, 7)), "");
}

TEST_F(ScanTest, CutsArrays) {
  std::vector<Element> elements;
  ASSERT_TRUE(scanner_.array(" [ 1.0 , \"a\" , [2] , {} , null ] ", elements).ok());
  ASSERT_EQ(elements.size(), 5u);
  EXPECT_EQ(elements[0].value, "1.0");
  EXPECT_EQ(elements[1].kind, Kind::string);
  EXPECT_EQ(elements[2].value, "[2]");
  EXPECT_EQ(elements[4].kind, Kind::null);
  ASSERT_TRUE(scanner_.array("[]", elements).ok());
  EXPECT_TRUE(elements.empty());
  for (const auto* bad : {"", "{}", "[", "[1", "[1,]", "[,1]", "[1 2]", "[1]]", "[1] 2", "1"}) {
    EXPECT_FALSE(scanner_.array(bad, elements).ok()) << bad;
  }
}

TEST_F(ScanTest, FindsValuesOfExpectedLinesInAnyOrder) {
  const std::string lines = "{\"a\":[1,{\"b\":2}]}\n{\"c\":{\"d\":3}}\n";
  scanner_.expect(lines);
  EXPECT_EQ(fault_of(std::string_view(lines).substr(18, 13)), "");
  EXPECT_EQ(member(1).key, "d");
  std::vector<Element> elements;
  ASSERT_TRUE(scanner_.array(std::string_view(lines).substr(5, 11), elements).ok());
  ASSERT_EQ(elements.size(), 2u);
  EXPECT_EQ(fault_of(elements[1].value), "");
  EXPECT_EQ(member(0).value, "2");
  EXPECT_EQ(fault_of("{\"other\":4}"), "");
  EXPECT_EQ(fault_of(std::string_view(lines).substr(18, 13)), "");
  EXPECT_EQ(member(0).key, "c");
}

TEST_F(ScanTest, NotesTheNamesThatAreNotNull) {
  constexpr std::string_view kKeys[] = {"a", "b", "c"};
  const FieldIds names(kKeys);
  Scanner scanner(names);
  ASSERT_TRUE(scanner.object(R"({"a":1,"b":2,"b":null,"x":{"c":1}})", members_).ok());
  EXPECT_EQ(members_.fields(), set_of(names.find("a")) | set_of(kUnknownField));
  EXPECT_EQ(members_.text(), R"({"a":1,"b":2,"b":null,"x":{"c":1}})");
}

}  // namespace
}  // namespace pinpipe::json
