// What inputs are told from NDJSON, by their first bytes.
#include "ndjson/forms.h"

#include <gtest/gtest.h>

namespace pinpipe::ndjson {
namespace {

using std::string_view_literals::operator""sv;

/// The name of the form that `head`, a whole input, is recognised as; "" for none.
std::string_view form_of(std::string_view head) {
  const auto recognised = recognise(head, true);
  return recognised.form == nullptr ? "" : recognised.form->name;
}

TEST(Forms, AreToldByTheirFirstBytes) {
  EXPECT_EQ(form_of("BZh91AY&SY"), "bzip2");
  EXPECT_EQ(form_of("\xFD\x37zXZ\0\0"sv), "xz");
  EXPECT_EQ(form_of("PK\x03\x04..."), "a zip archive");
  EXPECT_EQ(form_of("PAR1..."), "Parquet");
  EXPECT_EQ(form_of("\xFF\xFE{\0"sv), "UTF-16");
  EXPECT_EQ(form_of("\xFE\xFF\0{"sv), "UTF-16");
  EXPECT_EQ(form_of("\xFF\xFE\0\0{\0\0\0"sv), "UTF-32");
  EXPECT_EQ(form_of("{\0\"\0"sv), "UTF-16");
  EXPECT_EQ(form_of("\0{\0\""sv), "UTF-16");
  EXPECT_EQ(form_of("\x7F\x45LF\0\0"sv), "binary data");
  EXPECT_EQ(form_of("\n<!DOCTYPE HTML><html>"), "HTML");
  EXPECT_EQ(form_of("<html lang=en>"), "HTML");
  EXPECT_EQ(form_of("<?xml version=\"1.0\"?>\n<Error>"), "XML");
}

/// The layout of `head`, a whole input; nullopt for NDJSON.
std::optional<Layout> layout_of(std::string_view head, bool arrays = false) {
  return recognise(head, true, arrays).layout;
}

TEST(Forms, AreOtherFormsOfJson) {
  EXPECT_EQ(layout_of("[{\"a\":1},{\"a\":2}]"), Layout::array);
  EXPECT_EQ(layout_of("\xEF\xBB\xBF [\n  {\n  \"a\":1}\n]"), Layout::array);
  EXPECT_EQ(layout_of("[1]\n[2]\n"), Layout::array);
  EXPECT_EQ(layout_of("["), Layout::array);
  EXPECT_EQ(layout_of("{\"a\":\"}\\\"{\"}{\"a\":2}"), Layout::run_together);
  EXPECT_EQ(layout_of("{} {"), Layout::run_together);
  EXPECT_EQ(layout_of("{\n  \"a\": 1\n}\n"), Layout::indented);
  EXPECT_EQ(layout_of("{\"a\": [\r\n]}\n"), Layout::indented);
  EXPECT_EQ(layout_of("{\n\n \"a\": 1}\n"), Layout::indented);
  EXPECT_EQ(layout_of("\"{\\\"a\\\":1}\"\n"), Layout::texts);
  EXPECT_EQ(form_of("{'a': 1}\n{'a': None}\n"), "Python's repr of dicts");
  EXPECT_EQ(form_of("[{'a': 1}]"), "Python's repr of dicts");
}

TEST(Forms, OfLinesThatMayBeArrays) {
  EXPECT_EQ(layout_of("[1]\n[2]\n", true), std::nullopt);
  EXPECT_EQ(layout_of("[1]\n  [2]\n", true), std::nullopt);
  EXPECT_EQ(layout_of("[1][2]", true), Layout::run_together);
  EXPECT_EQ(layout_of("[\n  1\n]\n", true), Layout::indented);
}

TEST(Forms, AreTables) {
  EXPECT_EQ(form_of("index,unique_id\n1,a\n"), "CSV");
  EXPECT_EQ(form_of(",\"index\",\"tag list\"\r\n0,1,\"a,b\"\r\n"), "CSV");
  EXPECT_EQ(form_of("index\tunique_id\n1\ta\n"), "tab-separated text");
  EXPECT_EQ(form_of("index;unique_id\n1;a"), "CSV with semicolons");
}

TEST(Forms, AreNotSeenInTextAndDamagedLines) {
  for (const auto text : {"", "\n\n", "bad", "not, json", "a,b\n", "Error: x, y\nz\n", "1,2\n3,4\n",
                          "{", "{\"a\":1},\n{\"a\":2},\n", "{\"a\":\n{\"a\":2}\n", "{\"a\":1} x\n",
                          "<3\n", "caf\xE9\n", "\xFF\xFE\n", "\xFF\xFE\n\n"}) {
    EXPECT_EQ(form_of(text), "") << text;
    EXPECT_EQ(layout_of(text), std::nullopt) << text;
  }
}

TEST(Forms, AreNotSeenInNulBytesOfLines) {
  EXPECT_EQ(form_of("{\0\"a\":1}\n"sv), "");
  EXPECT_EQ(layout_of("[\0{\"a\":1}]"sv), Layout::array);
  EXPECT_EQ(form_of("\0[{\"a\":1}]"sv), "binary data");
  EXPECT_EQ(form_of("{\"a\":1}\0\n"sv), "");
  EXPECT_EQ(form_of("{\"a\":\0}\n"sv), "");
}

TEST(Forms, NeedMoreWhileTheyMayShow) {
  for (const auto head : {"", "B", "PK\x03", "{", "{\"a\":1}", "{\"a\":1,\n", "[", "[\n{", "\"",
                          "<!DO", "a,b", "a,b\n1"}) {
    EXPECT_TRUE(recognise(head, false).needs_more) << head;
  }
  for (const auto head : {"bad\n", "a b\n1", "{\"a\":1} x"}) {
    EXPECT_FALSE(recognise(head, false).needs_more) << head;
  }
  EXPECT_TRUE(recognise("BZh9", false).is_magic);
  EXPECT_FALSE(recognise("a,b\n1,2\n", false).is_magic);
}

TEST(Forms, AreNotSoughtBehindAJsonObject) {
  EXPECT_TRUE(is_object_line("{}"));
  EXPECT_TRUE(is_object_line("\xEF\xBB\xBF {\"a\":[1,{}]}\r"));
  for (const auto line : {"", "[]", "1", "{'a':1}", "{}{}", "{", "{\"a\":1},"}) {
    EXPECT_FALSE(is_object_line(line)) << line;
  }
}

TEST(Forms, AreNamedWithWhatMakesNdjsonOfThem) {
  const auto csv = recognise("a,b\n1,2\n", true);
  const auto error = not_ndjson(*csv.form, "raw/posts.csv");
  EXPECT_EQ(error.what, "cannot read 'raw/posts.csv': it is CSV, not NDJSON");
  EXPECT_EQ(error.hint, "make it NDJSON: mlr --icsv --ojsonl cat raw/posts.csv");
  EXPECT_EQ(not_ndjson(*csv.form, "stdin").hint, "make it NDJSON: mlr --icsv --ojsonl cat");
  EXPECT_EQ(not_ndjson(*csv.form, "my $posts").hint,
            "make it NDJSON: mlr --icsv --ojsonl cat FILE");
  const auto within = not_ndjson(*csv.form, "posts.csv.gz", "gzip");
  EXPECT_EQ(within.what, "cannot read 'posts.csv.gz': it is CSV within gzip, not NDJSON");
  EXPECT_EQ(within.hint, "make it NDJSON: gzip -dc posts.csv.gz | mlr --icsv --ojsonl cat");
  EXPECT_EQ(not_ndjson(*csv.form, "stdin", "zstd").hint,
            "make it NDJSON: zstd -dc | mlr --icsv --ojsonl cat");
  EXPECT_EQ(not_ndjson(*recognise("<html>", true).form, "stdin").hint,
            "it may be the page of an error: look at its first lines");
}

}  // namespace
}  // namespace pinpipe::ndjson
