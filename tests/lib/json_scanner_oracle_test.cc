// The scanner against simdjson's DOM: both must take and refuse the same of many thousand mutated
// lines. They differ, on purpose, in three points, which are taken out before they are compared:
// integers beyond 64 bits and numbers beyond a double (simdjson refuses them), half surrogate pairs
// (of which simdjson takes some), depth (no mutation gets there).
#include <gtest/gtest.h>
#include <simdjson.h>

#include <random>
#include <string>
#include <vector>

#include "json/scanner.h"
#include "json/string.h"

namespace pinpipe::json {
namespace {

const std::vector<std::string> kLines{
    R"({"index":7528,"unique_id":"fbe5","title":"A \"b\" \u00e9\n","follower_count":"3k"})",
    R"({"pin":{"index":1,"tags":["a","b",[],{}]},"geo":{"latitude":-1.5e-3},"user":null})",
    R"( { "a" : true , "b" : [ false , null , 0 , -0.0 , 1E+2 ] , "c" : { "d" : { } } } )",
    R"({"":"\\\/\b\f\r\t","\ud83d\ude00":"😀","é":"…"})",
    R"({"a":[[[[1,[2,{"b":[3]}]]]]],"c":"}{][,:"})",
    "{}",
};

/// A line with some bytes flipped, cut, doubled or put in, many of them of those JSON is made of.
std::string mutated(std::mt19937& random) {
  static const std::vector<std::string> kPieces{
      "{",    "}",     "[",      "]",  ":",    ",",   "\"",      "\\",   " ",        "\t",
      "0",    "1",     "-",      ".",  "e",    "+",   "null",    "true", "\\u",      "\\u00e9",
      "\\n",  "\"a\"", "\"a\":", "{}", "[]",   "1.5", "\\ud83d", "\x01", "\xc3\xa9", "\xff",
      "\xc3", "\x7f",  "\n",     "x",  "\\\"", "01",  "1e5",     "é"};
  std::string line = kLines[random() % kLines.size()];
  for (auto times = random() % 4; times-- > 0;) {
    const size_t at = random() % (line.size() + 1);
    const size_t size = random() % 4;
    switch (random() % 4) {
      case 0:
        line.insert(at, kPieces[random() % kPieces.size()]);
        break;
      case 1:
        line.erase(at, size);
        break;
      case 2:
        line.insert(random() % (line.size() + 1), line.substr(at, size * size));
        break;
      default:
        if (at < line.size()) line[at] = kPieces[random() % kPieces.size()][0];
    }
  }
  return line;
}

/// `line` with at most two digits in a row outside of strings, so that no number is too large for
/// simdjson, and no other becomes valid or invalid.
std::string with_small_numbers(const std::string& line) {
  std::string small;
  bool in_string = false;
  size_t digits = 0;
  for (size_t at = 0; at < line.size(); ++at) {
    const char c = line[at];
    if (c == '"') in_string = !in_string;
    digits = !in_string && c >= '0' && c <= '9' ? digits + 1 : 0;
    if (digits <= 2) small += c;
    if (in_string && c == '\\' && at + 1 < line.size()) small += line[++at];
  }
  return small;
}

bool has_half_pair(std::string_view text) {
  for (size_t at = 0; (at = text.find("\\u", at)) != text.npos; at += 2) {
    if (at + 3 < text.size() && (text[at + 2] | 0x20) == 'd' && text[at + 3] >= '8') return true;
  }
  return false;
}

Kind kind_of(simdjson::dom::element element) {
  switch (element.type()) {
    case simdjson::dom::element_type::OBJECT:
      return Kind::object;
    case simdjson::dom::element_type::ARRAY:
      return Kind::array;
    case simdjson::dom::element_type::STRING:
      return Kind::string;
    case simdjson::dom::element_type::BOOL:
      return Kind::boolean;
    case simdjson::dom::element_type::NULL_VALUE:
      return Kind::null;
    default:
      return Kind::number;
  }
}

/// Whether the members of the top level are those that the DOM has.
void expect_same_members(const Members& members, simdjson::dom::object object,
                         const std::string& line) {
  auto expected = object.begin();
  members.each(0, members.size(), [&](const Member& member, uint32_t) {
    ASSERT_TRUE(expected != object.end()) << line;
    std::string scratch;
    EXPECT_EQ(unescape(member.key, scratch), expected.key()) << line;
    EXPECT_EQ(member.kind, kind_of(expected.value())) << line;
    if (member.kind == Kind::string) {
      EXPECT_EQ(unescape(inside_quotes(member.value), scratch),
                expected.value().get_string().value())
          << line;
    }
    ++expected;
  });
  EXPECT_FALSE(expected != object.end()) << line;
}

TEST(ScanOracleTest, TakesWhatSimdjsonTakesAndNothingElse) {
  std::mt19937 random(20240229);
  simdjson::dom::parser parser;
  Scanner scanner;
  Members members;
  size_t taken = 0;
  size_t refused = 0;
  while (taken + refused < 60'000) {
    const std::string line = with_small_numbers(mutated(random));
    simdjson::dom::object object;
    const bool expected = parser.parse(line).get_object().get(object) == simdjson::SUCCESS;
    const auto status = scanner.object(line, members);
    if (!status.ok() && expected && has_half_pair(line)) continue;
    ASSERT_EQ(status.ok(), expected) << line << (status.ok() ? "" : "\n" + status.error().what);
    ++(expected ? taken : refused);
    if (expected) expect_same_members(members, object, line);
  }
  EXPECT_GT(taken, 5'000u);
  EXPECT_GT(refused, 5'000u);
}

std::string text_of(const Members& members) {
  std::string text;
  members.each(0, members.size(), [&](const Member& member, uint32_t) {
    text += std::string(member.key) + '\n' + std::string(member.value) + '\n';
  });
  return text;
}

TEST(ScanOracleTest, TakesExpectedLinesAsItTakesOthers) {
  std::mt19937 random(20241121);
  Scanner plain;
  Scanner expecting;
  Members members;
  Members expected_members;
  size_t refused_by_themselves = 0;
  for (int round = 0; round < 10'000; ++round) {
    std::string block;
    for (size_t lines = random() % 4; lines-- > 0;) block += mutated(random) + "\r\n";
    block += mutated(random);
    expecting.expect(block);
    for (std::string_view rest = block; !rest.empty();) {
      auto line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(line.size() + 1, rest.size()));
      while (line.ends_with('\r')) line.remove_suffix(1);
      const bool blank = line.find_first_not_of(" \t") == line.npos;
      if (blank || random() % 8 == 0) continue;  // lines may be left out
      const auto status = plain.object(line, members);
      const auto expected = expecting.object(line, expected_members);
      ASSERT_EQ(status.ok() ? "" : status.error().what, expected.ok() ? "" : expected.error().what)
          << line;
      if (status.ok()) {
        ASSERT_EQ(text_of(members), text_of(expected_members)) << line;
      }
      refused_by_themselves += status.ok() ? 0 : 1;
    }
  }
  EXPECT_GT(refused_by_themselves, 1'000u);
}

TEST(ScanOracleTest, TakesIntegersOfAnySize) {
  Scanner scanner;
  Members members;
  simdjson::dom::parser parser;
  for (size_t digits = 1; digits < 400; digits += 7) {
    const std::string line = "{\"n\":-" + std::string(digits, '9') + "}";
    EXPECT_TRUE(scanner.object(line, members).ok()) << line;
    EXPECT_EQ(members[0].value, "-" + std::string(digits, '9'));
  }
  EXPECT_NE(parser.parse("{\"n\":" + std::string(30, '9') + "}").error(), simdjson::SUCCESS)
      << "simdjson's DOM takes them by now, and could be the second half of the scanner";
}

TEST(ScanOracleTest, RefusesHalfPairs) {
  Scanner scanner;
  Members members;
  for (const auto* half : {R"(\ud800)", R"(\udc00)", R"(\ud800\ud800)", R"(\ud800x\udc00)",
                           R"(\udc00\ud800)", R"(\udbff\u0041)", R"(\ud800\)"}) {
    EXPECT_FALSE(scanner.object(std::string("{\"a\":\"") + half + "\"}", members).ok()) << half;
    EXPECT_FALSE(scanner.object(std::string("{\"a\":[{\"") + half + "\":1}]}", members).ok())
        << half;
  }
  EXPECT_TRUE(scanner.object(R"({"a":"\ud800\udc00\uDBFF\uDFFF"})", members).ok());
}

}  // namespace
}  // namespace pinpipe::json
