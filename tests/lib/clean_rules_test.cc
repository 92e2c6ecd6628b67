// The rules as data, and that the schemas agree with them.
#include "clean/rules.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <set>

#include "clean/record_cleaner.h"
#include "record/schema.h"

namespace pinpipe::clean {
namespace {

using record::Dataset;
using record::kDatasets;
using record::Type;

Type type_of(Kind kind) {
  switch (kind) {
    case Kind::key:
    case Kind::integer:
    case Kind::count:
      return Type::integer;
    case Kind::coordinates:
      return Type::coordinates;
    case Kind::timestamp:
      return Type::timestamp;
    default:
      return Type::text;
  }
}

TEST(RulesTest, HaveOneRowPerCleanFieldInItsOrder) {
  for (const auto dataset : kDatasets) {
    const auto rules = rules_of(dataset);
    const auto schema = record::clean_schema(dataset);
    ASSERT_EQ(rules.size(), schema.size());
    for (size_t i = 0; i < rules.size(); ++i) {
      EXPECT_EQ(rules[i].key, schema[i].name);
      EXPECT_EQ(type_of(rules[i].kind), schema[i].type) << rules[i].key;
    }
  }
}

// RecordCleaner finds raw keys by their number, and writes clean ones from 31 bytes.
TEST(RulesTest, HaveKeysThatTheScannerTellsApartAndThatFit) {
  for (const auto dataset : kDatasets) {
    for (const auto& rule : rules_of(dataset)) {
      EXPECT_LE(rule.key.size() + std::string_view(",\"\":").size(), 31u) << rule.key;
      for (const auto key : rule.from) {
        EXPECT_NE(record::kFieldIds.find(key), json::kUnknownField) << key;
      }
    }
  }
}

TEST(RulesTest, ReadOrDropEveryRawField) {
  for (const auto dataset : kDatasets) {
    std::set<std::string_view> known;
    for (const auto& rule : rules_of(dataset)) known.insert(rule.from.begin(), rule.from.end());
    EXPECT_TRUE(known.insert("downloaded").second) << "it is to be dropped";
    for (const auto& field : record::raw_schema(dataset)) {
      EXPECT_EQ(known.count(field.name), 1u) << field.name;
    }
    for (const auto& field : record::clean_schema(dataset)) {
      EXPECT_EQ(known.count(field.name), 1u) << "a clean " << field.name << " is not read again";
    }
  }
}

TEST(RulesTest, FitTheRoomOfTheCleaner) {
  for (const auto dataset : kDatasets) {
    size_t slots = 0;
    for (const auto& rule : rules_of(dataset)) slots += rule.from.size();
    EXPECT_LE(slots, 16u);
    EXPECT_LE(rules_of(dataset).size(), Counts::kMaxFields);
  }
}

TEST(RulesTest, ArePrintedAsNdjson) {
  simdjson::dom::parser parser;
  for (const auto dataset : kDatasets) {
    const auto text = rules_text(dataset);
    size_t start = 0;
    for (const auto& rule : rules_of(dataset)) {
      const size_t end = text.find('\n', start);
      ASSERT_NE(end, text.npos);
      const auto line = text.substr(start, end - start);
      simdjson::dom::element printed;
      ASSERT_EQ(parser.parse(line).get(printed), simdjson::SUCCESS) << line;
      EXPECT_EQ(printed["dataset"].get_string().value(), record::name_of(dataset));
      EXPECT_EQ(printed["key"].get_string().value(), rule.key);
      EXPECT_EQ(printed["kind"].get_string().value(), name_of(rule.kind));
      EXPECT_EQ(printed["from"].get_array().size(), rule.from.size());
      start = end + 1;
    }
    EXPECT_EQ(start, text.size());
  }
}

}  // namespace
}  // namespace pinpipe::clean
