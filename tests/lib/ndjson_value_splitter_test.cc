// Other forms of JSON, rewritten to lines.
#include "ndjson/value_splitter.h"

#include <gtest/gtest.h>

#include <random>

#include "json/string.h"

namespace pinpipe::ndjson {
namespace {

using std::string_view_literals::operator""sv;

constexpr size_t kMaxText = 1000;

/// Gives `text` in pieces of up to `most` bytes.
std::string split(ValueSplitter& splitter, std::string_view text, size_t most) {
  Buffer lines;
  for (; !text.empty(); text.remove_prefix(std::min(most, text.size()))) {
    splitter.split(text.substr(0, most), lines);
  }
  splitter.finish(lines);
  return std::string(lines.view());
}

/// What becomes of `text`, the same however it is cut.
std::string split(Layout layout, std::string_view text, bool arrays = false) {
  ValueSplitter whole(layout, arrays, kMaxText);
  auto lines = split(whole, text, text.size());
  for (const size_t most : {1, 2, 3, 7, 63, 64, 65}) {
    ValueSplitter cut(layout, arrays, kMaxText);
    EXPECT_EQ(split(cut, text, most), lines) << most;
  }
  return lines;
}

/// "1 2 !3": the lines of `text` that its values begin in, '!' for the end of an open array.
std::string places(Layout layout, std::string_view text) {
  ValueSplitter splitter(layout, false, kMaxText);
  split(splitter, text, 5);
  std::vector<Place> found;
  splitter.take_places(SIZE_MAX, found);
  std::string told;
  for (const auto& place : found) {
    told += (told.empty() ? "" : " ") + std::string(place.not_closed ? "!" : "") +
            std::to_string(place.line);
  }
  return told;
}

TEST(ValueSplitter, GivesElementsOfArrays) {
  EXPECT_EQ(split(Layout::array, "[]"), "");
  EXPECT_EQ(split(Layout::array, R"([{"a":[1,{"b":"]}"}]},{}])"),
            "{\"a\":[1,{\"b\":\"]}\"}]}\n{}\n");
  EXPECT_EQ(split(Layout::array, "[\r\n\t{\"a\":\r\n1}\r\n\t,\n{}\n]\n"), "{\"a\":  1}\n{}\n");
  EXPECT_EQ(split(Layout::array, "[{}]\n[{}]{\"a\":1}"), "{}\n{}\n{\"a\":1}\n");
}

TEST(ValueSplitter, GivesElementsThatAreNoObjectsToo) {
  EXPECT_EQ(split(Layout::array, R"([5,{},"a\"],[",[1,[2]],null {}true])"),
            "5\n{}\n\"a\\\"],[\"\n[1,[2]]\nnull\n{}\ntrue\n");
  EXPECT_EQ(split(Layout::array, "[{}},{},\"open\n,{}]"), "{}\n}\n{}\n\"open\n{}\n");
}

TEST(ValueSplitter, TakesArraysForValuesIfAsked) {
  EXPECT_EQ(split(Layout::run_together, "[1][{}]{}", true), "[1]\n[{}]\n{}\n");
  EXPECT_EQ(split(Layout::indented, "[\n{},\n{}\n]\n", true), "[ {}, {} ]\n");
}

TEST(ValueSplitter, KeepsBytesOfStringsWhateverIsInThem) {
  const auto value = R"({"a":"\\","b":"\"{[","c":"\\\"}]","d":"é\u0000\n"})";
  EXPECT_EQ(split(Layout::run_together, std::string(value) + value),
            std::string(value) + "\n" + value + "\n");
  const std::string many(1000, '\\');  // an even number, at all places of a window
  for (size_t i = 0; i < 70; ++i) {
    const auto text = "{\"" + std::string(i, 'x') + many + "\":\"\\\"" + many + "\"}";
    EXPECT_EQ(split(Layout::run_together, text + text), text + "\n" + text + "\n");
  }
  EXPECT_EQ(split(Layout::run_together, "{\"a\0\":\0}{}"sv), "{\"a\0\":\0}\n{}\n"sv);
}

TEST(ValueSplitter, GoesOnBehindDamageAtALineThatBeginsAnObject) {
  EXPECT_EQ(split(Layout::indented, "{\n \"a\": \"b\n {}\n}\n{}\n"), "{  \"a\": \"b  {} }\n{}\n");
  EXPECT_EQ(split(Layout::indented, "{\n \"a\": [}\n ]\n}\n{}\n"), "{  \"a\": [}  ] }\n{}\n");
  EXPECT_EQ(split(Layout::indented, "{\n \"a\": 1,\n{}\n"), "{  \"a\": 1, \n{}\n");
  EXPECT_EQ(split(Layout::indented, "{}\n}\r\n x{}\n{}"), "{}\n}   x{}\n{}\n");
  EXPECT_EQ(split(Layout::array, "[\n{\"a\":1,\n{\"b\":2},\n{}]"), "{\"a\":1, \n{\"b\":2}\n{}\n");
}

TEST(ValueSplitter, TakesNoObjectWithinAValueForTheNext) {
  const auto text = "{\n\"a\": [\n{\n},\n{\n}\n],\n\"b\":\n{\n}\n}\n";
  EXPECT_EQ(split(Layout::indented, text), "{ \"a\": [ { }, { } ], \"b\": { } }\n");
}

TEST(ValueSplitter, LeavesTheEndOfWhatIsCutShortOpen) {
  EXPECT_EQ(split(Layout::indented, "{\n \"a\": 1"), "{  \"a\": 1");
  EXPECT_EQ(split(Layout::array, "[{},{\"a"), "{}\n{\"a");
  EXPECT_EQ(split(Layout::array, "[{},"), "{}\n[");
  EXPECT_EQ(split(Layout::run_together, "{}{\"a\":"), "{}\n{\"a\":");
}

TEST(ValueSplitter, TakesWhatIsTooDeepForDamaged) {
  const std::string deep(2 * ValueSplitter::kMaxDepth, '[');
  ValueSplitter splitter(Layout::array, false, kMaxText);
  EXPECT_EQ(split(splitter, "[" + deep + "\n{}\n", 4096), deep + "\n{}\n[");
}

TEST(ValueSplitter, GivesWhatTextsSay) {
  EXPECT_EQ(split(Layout::texts, "\"{\\\"a\\\":\\n1}\"\r\n\n \"{}\""), "{\"a\": 1}\n{}\n");
  EXPECT_EQ(split(Layout::texts, "\"{}{}\\n[{}]\"\n\"[1\"\n{}\n"), "{}\n{}\n{}\n1\n[\n{}\n");
  for (const auto* line : {"\"{", "\"{\\x}\"", "\"{}\" x", "\"a\"", "{}", "\"\\ud800{}\""}) {
    EXPECT_EQ(split(Layout::texts, "\"{}\"\n" + std::string(line) + "\n\"{}\""),
              "{}\n" + std::string(line) + "\n{}\n");
  }
  const auto line = "\"{" + std::string(kMaxText, ' ') + "}\"\n";
  EXPECT_EQ(split(Layout::texts, line + "\"{}\"\n"), line + "{}\n");
}

TEST(ValueSplitter, KnowsWhereValuesBegin) {
  EXPECT_EQ(places(Layout::array, "[\n{\n},{},\n\n5,\n"), "2 3 5 !6");
  EXPECT_EQ(places(Layout::indented, "{\n\"a\n\n{}\n{\n}\nx\ny\n{}"), "1 4 5 7 9");
  EXPECT_EQ(places(Layout::texts, "\"{}\\n{}\"\n\n\"{\\n\"\nx\n\"[\""), "1 1 3 4 !5");
}

/// A random JSON value, compact.
std::string random_value(std::mt19937& random, int depth) {
  static constexpr std::string_view kTexts[] = {"",    "a",        "\\\"", "\\\\",    "{",
                                                "}],", "\\\\\\\"", "é[",   "\\u007b", " , "};
  const auto size = random() % 4;
  std::string value;
  switch (depth == 0 ? 0 : random() % 4) {
    case 0:
      return std::to_string(random() % 1000);
    case 1:
      for (size_t i = 0; i < size; ++i) value += kTexts[random() % std::size(kTexts)];
      return '"' + value + '"';
    case 2:
      for (size_t i = 0; i < size; ++i) value += (i ? "," : "") + random_value(random, depth - 1);
      return '[' + value + ']';
    default:
      for (size_t i = 0; i < size; ++i) {
        value += (i ? ",\"" : "\"") + std::to_string(i) + "\":" + random_value(random, depth - 1);
      }
      return '{' + value + '}';
  }
}

/// `value` over several lines, as printers write it with `indent` blanks a level.
std::string indented(std::string_view value, size_t indent) {
  std::string text;
  size_t depth = 0;
  bool in_string = false;
  const auto new_line = [&] { text += '\n' + std::string(depth * indent, ' '); };
  for (size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (c == '"') in_string = !in_string;
    const bool is_token = !in_string && c != '"';
    if (is_token && (c == '}' || c == ']')) {
      --depth;
      new_line();
    }
    text += c;
    if (in_string && c == '\\') text += value[++i];
    if (is_token && (c == '{' || c == '[')) ++depth;
    if (is_token && (c == '{' || c == '[' || c == ',')) new_line();
    if (is_token && c == ':') text += ' ';
  }
  return text;
}

std::string without_blanks(std::string_view lines) {
  std::string text;
  for (size_t at = 0; at < lines.size();) {
    const size_t end = lines.find('\n', at);
    Buffer compact;
    json::append_compact(lines.substr(at, end - at), compact);
    text += std::string(compact.view()) + '\n';
    at = end + 1;
  }
  return text;
}

TEST(ValueSplitter, GivesTheSameOfAllFormsHoweverTheyAreCut) {
  std::mt19937 random(14);
  for (int round = 0; round < 300; ++round) {
    std::string lines, array = "[", together, over_lines, texts;
    for (size_t count = 1 + random() % 5; count > 0; --count) {
      const auto value = "{\"v\":" + random_value(random, 4) + "}";
      lines += value + '\n';
      array += value + (count > 1 ? "," : "]");
      together += value;
      over_lines += indented(value, random() % 3) + '\n';
      texts += json::quoted(value) + '\n';
    }
    const size_t most = 1 + random() % 100;
    const auto split_in = [&](Layout layout, std::string_view text) {
      ValueSplitter splitter(layout, false, SIZE_MAX);
      return split(splitter, text, most);
    };
    ASSERT_EQ(split_in(Layout::array, array), lines);
    ASSERT_EQ(split_in(Layout::run_together, together), lines);
    ASSERT_EQ(split_in(Layout::texts, texts), lines);
    ASSERT_EQ(without_blanks(split_in(Layout::indented, over_lines)), lines) << over_lines;
    ASSERT_EQ(without_blanks(split_in(Layout::array, indented(array, 1))), lines);
  }
}

}  // namespace
}  // namespace pinpipe::ndjson
