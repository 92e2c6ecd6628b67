#include "json/string.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <random>
#include <string>

namespace pinpipe::json {
namespace {

std::string unescaped(std::string_view escaped) {
  std::string text;
  append_unescaped(escaped, text);
  return text;
}

std::string compact(std::string_view text) {
  Buffer to;
  append_compact(text, to);
  return std::string(to.view());
}

TEST(JsonStringTest, ResolvesEveryEscape) {
  EXPECT_EQ(unescaped(R"(a\"\\\/\b\f\n\r\tz)"), "a\"\\/\b\f\n\r\tz");
  EXPECT_EQ(unescaped(R"(\u0041\u00e9\u00E9\u20ac\ud83d\ude00)"), "Aéé€😀");
  EXPECT_EQ(unescaped(R"(\u0000)"), std::string(1, '\0'));
  EXPECT_EQ(unescaped(R"(\u007f\u0080\u07ff\u0800\uffff\ud800\udc00\udbff\udfff)"),
            "\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf");
  EXPECT_EQ(unescaped("plain é"), "plain é");
}

TEST(JsonStringTest, CopiesOnlyWhereThereAreEscapes) {
  std::string scratch = "untouched";
  const std::string_view plain = "plain";
  EXPECT_EQ(unescape(plain, scratch).data(), plain.data());
  EXPECT_EQ(scratch, "untouched");
  EXPECT_EQ(unescape("a\\n", scratch), "a\n");
  EXPECT_EQ(unescape("b\\n", scratch), "b\n");
}

TEST(JsonStringTest, KnowsTheBlanksOfAscii) {
  for (const auto* blank : {"", " ", "\\t\\n\\r\\f", "\\u000b", "\\u0020 \\u0009"}) {
    EXPECT_TRUE(is_ascii_blank(blank)) << blank;
  }
  for (const auto* not_blank : {"a", " a", "\\u00a0", "\u00a0", "\\u0085", "\\u3000", "\\u0000",
                                "\\b", "\\u001f", "\\\\", "\\\"", "\u2003"}) {
    EXPECT_FALSE(is_ascii_blank(not_blank)) << not_blank;
  }
}

TEST(JsonStringTest, FindsAPrefixBehindEscapes) {
  EXPECT_EQ(escaped_prefix("Local save in /x", "Local save in "), 14u);
  EXPECT_EQ(escaped_prefix("\\u004cocal save\\u0020in /x", "Local save in "), 24u);
  EXPECT_EQ(escaped_prefix("Local save in ", "Local save in "), 14u);
  EXPECT_EQ(escaped_prefix("Local save in", "Local save in "), 0u);
  EXPECT_EQ(escaped_prefix("local save in /x", "Local save in "), 0u);
  EXPECT_EQ(escaped_prefix("", "L"), 0u);
  EXPECT_EQ(escaped_prefix("a\\/b", "a/"), 3u);
}

TEST(JsonStringTest, EscapesOnlyWhatMustBe) {
  EXPECT_EQ(json::quoted("a/é😀\x7f"), "\"a/é😀\x7f\"");
  EXPECT_EQ(json::quoted("\"\\\b\f\n\r\t"), R"("\"\\\b\f\n\r\t")");
  EXPECT_EQ(json::quoted(std::string("\0\x1f", 2)), R"("\u0000\u001f")");
}

TEST(JsonStringTest, QuotesWhatSimdjsonReadsBack) {
  std::mt19937 random(11);
  simdjson::dom::parser parser;
  for (int times = 0; times < 2000; ++times) {
    std::string text;
    for (auto size = random() % 30; size-- > 0;) text += static_cast<char>(random() % 128);
    text += random() % 2 ? "é😀" : "";
    const auto line = json::quoted(text);
    EXPECT_EQ(parser.parse(line).get_string().value(), text) << line;
    EXPECT_EQ(unescaped(inside_quotes(line)), text) << line;
  }
}

/// As the rules say, a byte at a time.
std::string quoted_by_bytes(std::string_view text) {
  std::string to = "\"";
  for (const char c : text) {
    const std::string_view plain = "\"\\\b\f\n\r\t";
    if (const size_t at = plain.find(c); at != plain.npos) {
      to += {'\\', "\"\\bfnrt"[at]};
    } else if (static_cast<unsigned char>(c) < 0x20) {
      constexpr std::string_view kDigits = "0123456789abcdef";
      to += {'\\', 'u', '0', '0', kDigits[c >> 4], kDigits[c & 15]};
    } else {
      to += c;
    }
  }
  return to + "\"";
}

TEST(JsonStringTest, QuotesEveryByteWhereverItIs) {
  for (size_t size : {1, 7, 8, 9, 20}) {
    for (size_t at = 0; at < size; ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(size, '!');  // the neighbours of a byte that is escaped are just not
        text[at] = static_cast<char>(byte);
        if (at + 1 < size) text[at + 1] = '#';
        ASSERT_EQ(json::quoted(text), quoted_by_bytes(text)) << byte << " at " << at;
      }
    }
  }
}

TEST(JsonStringTest, QuotesLongTextsAndReadsThemBack) {
  std::mt19937 random(12);
  for (size_t size : {4095, 4096, 4097, 20000}) {
    std::string text(size, '\0');
    for (auto& c : text) c = static_cast<char>(random() % 8 == 0 ? random() % 256 : 'a');
    Buffer line;
    line.append("before");
    append_quoted(text, line);
    ASSERT_EQ(line.view(), "before" + quoted_by_bytes(text));
    Buffer back;
    back.append("before");
    append_unescaped(inside_quotes(line.view().substr(6)), back);
    EXPECT_EQ(back.view(), "before" + text);
  }
}

TEST(JsonStringTest, ResolvesEscapesWhereverTheyAre) {
  for (const std::string_view escape : {"\\n", "\\u00e9", "\\ud83d\\ude00", "\\\\"}) {
    for (size_t before = 0; before < 20; ++before) {
      for (size_t after = 0; after < 20; ++after) {
        const std::string left(before, 'x');
        const std::string right(after, 'y');
        EXPECT_EQ(unescaped(left + std::string(escape) + right), left + unescaped(escape) + right);
      }
    }
  }
}

TEST(JsonStringTest, TakesBlanksOutBetweenTokensOnly) {
  EXPECT_EQ(compact(" { \"a b\" : [ 1 , \" \\\" \" ] ,\t\"c\":\r\n{ } } "),
            R"({"a b":[1," \" "],"c":{}})");
  EXPECT_EQ(compact(R"({"a":"\\" , "b":" \\\" " })"), R"({"a":"\\","b":" \\\" "})");
}

TEST(JsonStringTest, CompactsAsSimdjsonMinifies) {
  const std::string line =
      "{ \"a\" : \"x \\\\\" , \"b\" : [ { \"c d\" : \" \\\" , \" } , -1.50e+3 ] ,\n \"é\" : null }";
  std::string expected(line.size() + simdjson::SIMDJSON_PADDING, '\0');
  size_t size = 0;
  ASSERT_EQ(simdjson::minify(line.data(), line.size(), expected.data(), size), simdjson::SUCCESS);
  EXPECT_EQ(compact(line), expected.substr(0, size));
}

}  // namespace
}  // namespace pinpipe::json
