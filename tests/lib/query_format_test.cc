// Answers as text: widths, cuts, quotes and escapes.
#include "query/format.h"

#include <gtest/gtest.h>

#include <set>

#include "base/display_width.h"

namespace pinpipe::query {
namespace {

const std::vector<Column> kColumns{{"name", Column::Type::text}, {"n", Column::Type::integer}};

std::string format(Format format, std::vector<Row> rows, std::optional<size_t> width = {}) {
  const Answer answer{"question", kColumns, std::move(rows)};
  return formatted({&answer, 1}, {format, width});
}

Row row(std::string_view name, int64_t n) { return {std::string(name), Integer{n}}; }

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

/// The lines that `text` is wrapped into, joined by '|'.
std::string wrapped(std::string_view text, size_t columns) {
  std::string lines;
  do {
    const auto line = take_line(text, columns);
    EXPECT_LE(display_width(line), columns) << line;
    (lines += lines.empty() ? "" : "|") += line;
  } while (!text.empty());
  return lines;
}

TEST(TakeLine, EndsLinesBetweenWords) {
  EXPECT_EQ(wrapped("", 5), "");
  EXPECT_EQ(wrapped("fits", 5), "fits");
  EXPECT_EQ(wrapped("a b  ", 5), "a b  ");
  EXPECT_EQ(wrapped("hello my   world ", 5), "hello|my|world");
  EXPECT_EQ(wrapped("median_follower_count", 10), "median_|follower_|count");
  EXPECT_EQ(wrapped("top-user-by", 9), "top-user-|by");
  EXPECT_EQ(wrapped("country, follower_count", 18), "country,|follower_count");
  EXPECT_EQ(wrapped("year (--years 2018:2022)", 9), "year|(--years|2018:2022|)");
  EXPECT_EQ(wrapped("unbreakable", 4), "unbr|eaka|ble");
  EXPECT_EQ(wrapped("  indented", 5), "  ind|ented");
}

TEST(TakeLine, KeepsCharactersWhole) {
  EXPECT_EQ(wrapped("日本語", 5), "日本|語");
  EXPECT_EQ(wrapped("日本語", 6), "日本語");
  EXPECT_EQ(wrapped("ab日本", 3), "ab|日|本");
  EXPECT_EQ(wrapped("e\u0301e\u0301e\u0301", 2), "e\u0301e\u0301|e\u0301");
  EXPECT_EQ(wrapped("🇩🇪🇫🇷x", 3), "🇩🇪|🇫🇷x");
  EXPECT_EQ(wrapped("👍🏽👍🏽", 5), "👍🏽|👍🏽");
  EXPECT_EQ(wrapped("👨‍👩‍👧👨‍👩‍👧", 11),
            "👨‍👩‍👧|👨‍👩‍👧");
  EXPECT_EQ(wrapped("👨‍👩‍👧", 4), "👨‍👩‍|👧");  // wider than the column
  EXPECT_EQ(wrapped("😀😀😀", 2), "😀|😀|😀");
}

TEST(CutToWidth, LeavesRoomForTheDots) {
  EXPECT_EQ(cut_to_width("fits", 4), "fits");
  EXPECT_EQ(cut_to_width("is cut", 4), "is …");
  EXPECT_EQ(cut_to_width("日本語", 5), "日本…");
  EXPECT_EQ(cut_to_width("日本語", 4), "日…");
  EXPECT_EQ(cut_to_width("a👍🏽b", 4), "a…");  // not half of a picture
  EXPECT_EQ(cut_to_width("日", 1), "…");
}

TEST(Table, AlignsByDisplayWidthNumbersRight) {
  EXPECT_EQ(format(Format::table, {row("日本", 5), row("Co\u0302te", 12345), Row{{}, -1}}),
            "name      n\n"
            "----  -----\n"
            "日本      5\n"
            "Co\u0302te  12345\n"
            "null     -1\n");
}

TEST(Table, WrapsWithinColumnsToTheWidthOfTheTerminal) {
  const std::vector<Row> rows = {row("a long name of a poster", 1'000'000),
                                 row("日本語日本語日本語", 2)};
  EXPECT_EQ(format(Format::table, rows, 20),
            "name               n\n"
            "-----------  -------\n"
            "a long name  1000000\n"
            "of a poster\n"
            "日本語日本         2\n"
            "語日本語\n");
  EXPECT_EQ(format(Format::table, rows, 80), format(Format::table, rows));
  EXPECT_EQ(format(Format::table, {row("abc", 1'234'567)}, 8),
            "nam    n\n"
            "e\n"
            "---  ---\n"
            "abc  123\n"
            "     456\n"
            "       7\n");
}

TEST(Table, WrapsTheNameOfANumberBeforeItsValues) {
  const std::vector<Column> kNumbers{{"age_group", Column::Type::text},
                                     {"median_follower_count", Column::Type::integer}};
  const Answer answer{"question", kNumbers, {row("18-24", 123'456)}};
  EXPECT_EQ(formatted({&answer, 1}, {Format::table, 22}),
            "age_group      median_\n"
            "             follower_\n"
            "                 count\n"
            "---------  -----------\n"
            "18-24           123456\n");
}

TEST(Table, IsNeverWiderThanTheTerminal) {
  const std::vector<Row> rows = {
      row("a word, e\u0301 👨‍👩‍👧日本-x🇩🇪 unbreakable", INT64_MIN), row("", 2)};
  for (size_t width = 6; width < 70; ++width) {
    const std::string table = format(Format::table, rows, width);
    for (size_t at = 0; at < table.size();) {
      const size_t end = table.find('\n', at);
      EXPECT_LE(display_width(std::string_view(table).substr(at, end - at)), width) << table;
      at = end + 1;
    }
  }
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

/// The samples of windows that end at so many o'clock, with a number each; those of `open` are not
/// final.
std::string prometheus_of(const std::vector<std::pair<int, int>>& windows,
                          const std::set<int>& open) {
  std::vector<Column> columns{{"window_start", Column::Type::text},
                              {"window_end", Column::Type::text},
                              {"final", Column::Type::text},
                              {"n", Column::Type::integer, Column::Role::measure}};
  Answer answer{"q", std::move(columns), {}};
  for (const auto& [end, n] : windows) {
    answer.rows.push_back({std::string("-"), std::to_string(end), !open.contains(end), Integer{n}});
  }
  const std::string text = formatted({&answer, 1}, {Format::prometheus});
  return text.substr(text.rfind("gauge\n") + 6);
}

TEST(Prometheus, TellsTheFirstWindowThatIsNotFinalElseTheLast) {
  EXPECT_EQ(prometheus_of({{1, 10}, {2, 20}}, {}), "pinpipe_q_n 20\n");
  EXPECT_EQ(prometheus_of({{1, 10}, {2, 20}, {3, 30}}, {2, 3}), "pinpipe_q_n 20\n");
  EXPECT_EQ(prometheus_of({{2, 20}, {1, 10}}, {1, 2}), "pinpipe_q_n 10\n");
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
