// Answers as text: widths, cuts, quotes and escapes.
#include "query/format.h"

#include <gtest/gtest.h>

#include <array>

#include "query/display_width.h"

namespace pinpipe::query {
namespace {

constexpr std::array kColumns{Column{"name", Column::Type::text},
                              Column{"n", Column::Type::integer}};

std::string format(Format format, std::vector<Row> rows, std::optional<size_t> width = {}) {
  const Answer answer{"question", kColumns, std::move(rows)};
  return formatted({&answer, 1}, {format, width});
}

Row row(std::string_view name, int64_t n) { return {name, n}; }

TEST(DisplayWidth, IsThatOfATerminal) {
  EXPECT_EQ(display_width(""), 0u);
  EXPECT_EQ(display_width("abc"), 3u);
  EXPECT_EQ(display_width("Côte"), 4u);
  EXPECT_EQ(display_width("Co\u0302te"), 4u);  // a combining mark
  EXPECT_EQ(display_width("日本"), 4u);
  EXPECT_EQ(display_width("한글"), 4u);
  EXPECT_EQ(display_width("\u1112\u1161\u11AB"), 2u);  // 한, decomposed
  EXPECT_EQ(display_width("😀"), 2u);
  EXPECT_EQ(display_width("Ａ"), 2u);  // fullwidth
  EXPECT_EQ(display_width("ｱ"), 1u);   // halfwidth
  EXPECT_EQ(display_width("…"), 1u);
  EXPECT_EQ(display_width("a\u200Bb"), 2u);  // zero width space
  EXPECT_EQ(display_width("שָׁלוֹם"), 4u);
  EXPECT_EQ(display_width("\u00AD\u00A0"), 2u);
}

TEST(DisplayWidth, CutsBetweenCharacters) {
  EXPECT_EQ(cut_to_width("日本語", 5), "日本");
  EXPECT_EQ(cut_to_width("日本語", 6), "日本語");
  EXPECT_EQ(cut_to_width("日本語", 1), "");
  EXPECT_EQ(cut_to_width("e\u0301x", 1), "e\u0301");
  EXPECT_EQ(cut_to_width("", 0), "");
}

TEST(Table, AlignsByDisplayWidthNumbersRight) {
  EXPECT_EQ(format(Format::table, {row("日本", 5), row("Co\u0302te", 12345), Row{{}, -1}}),
            "name      n\n"
            "----  -----\n"
            "日本      5\n"
            "Co\u0302te  12345\n"
            "null     -1\n");
}

TEST(Table, CutsTextsToTheWidthOfTheTerminalAndNumbersNever) {
  const std::vector<Row> rows = {row("a long name of a poster", 1'000'000),
                                 row("日本語日本語日本語", 2)};
  EXPECT_EQ(format(Format::table, rows, 20),
            "name               n\n"
            "-----------  -------\n"
            "a long nam…  1000000\n"
            "日本語日本…        2\n");
  EXPECT_EQ(format(Format::table, rows, 80), format(Format::table, rows));
  EXPECT_EQ(format(Format::table, rows, 1),
            "name            n\n"
            "--------  -------\n"
            "a long …  1000000\n"
            "日本語…         2\n");
}

TEST(Table, ShowsControlCharactersAsEscapes) {
  EXPECT_EQ(format(Format::table, {row("a\x1b[2J\n\t\x7f\u0085", 1)}),
            "name                        n\n"
            "--------------------------  -\n"
            "a\\u001b[2J\\n\\t\\u007f\\u0085  1\n");
}

TEST(Csv, IsRfc4180) {
  EXPECT_EQ(format(Format::csv, {row("a,b", 1), row("say \"x\"", 2), row("two\nlines", 3),
                                 row("", 4), Row{{}, {}}, row("é", -5)}),
            "name,n\n"
            "\"a,b\",1\n"
            "\"say \"\"x\"\"\",2\n"
            "\"two\nlines\",3\n"
            "\"\",4\n"
            ",\n"
            "é,-5\n");
}

TEST(Markdown, EscapesWhatWouldBeMarkup) {
  EXPECT_EQ(format(Format::markdown, {row("a|b \\ *x* _y_ `z` <b> [l]\n", 1), Row{{}, {}}}),
            "| name | n |\n"
            "| --- | ---: |\n"
            "| a\\|b \\\\ \\*x\\* \\_y\\_ \\`z\\` \\<b> \\[l]\\\\n | 1 |\n"
            "| null | null |\n");
}

TEST(Ndjson, QuotesAndKeepsNull) {
  EXPECT_EQ(format(Format::ndjson, {row("a\"b\n", INT64_MIN), Row{{}, {}}}),
            "{\"name\":\"a\\\"b\\n\",\"n\":-9223372036854775808}\n"
            "{\"name\":null,\"n\":null}\n");
}

TEST(Formats, OfNoRowsKeepTheirHeader) {
  EXPECT_EQ(format(Format::ndjson, {}), "");
  EXPECT_EQ(format(Format::csv, {}), "name,n\n");
  EXPECT_EQ(format(Format::table, {}), "name  n\n----  -\n");
}

}  // namespace
}  // namespace pinpipe::query
