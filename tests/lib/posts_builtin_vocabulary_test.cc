#include "posts/builtin/vocabulary.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "posts/builtin/shape.h"

namespace pinpipe::posts {
namespace {

TEST(Vocabulary, HasEnoughOfEachCategory) {
  const auto& words = Vocabulary::builtin();
  ASSERT_EQ(words.categories.size(), kCensus.size());
  for (const auto& category : words.categories) {
    SCOPED_TRACE(category.name);
    EXPECT_GE(category.subjects.size(), 40u);
    EXPECT_GE(category.tags.size(), 90u);
    for (const auto* phrases : {&category.titles, &category.sentences}) {
      EXPECT_GE((*phrases)[0].size(), 40u);
      for (size_t s = 0; s < kScripts; ++s) {
        ASSERT_FALSE((*phrases)[s].empty());
        for (const auto& phrase : (*phrases)[s]) {
          EXPECT_EQ(std::max(script_of(phrase.before), script_of(phrase.after)), Script(s))
              << phrase.before;
          EXPECT_LE(phrase.code_points, 120) << phrase.before;
        }
      }
    }
  }
}

TEST(Vocabulary, TagsCanBeJoinedByCommas) {
  for (const auto& category : Vocabulary::builtin().categories) {
    std::set<std::string_view> once;
    for (const auto* tags : {&category.tags, &category.apostrophe_tags}) {
      for (const auto tag : *tags) {
        EXPECT_EQ(tag.find(','), tag.npos) << tag;
        EXPECT_TRUE(once.insert(tag).second) << category.name << ": " << tag;
        EXPECT_EQ(script_of(tag) == Script::quoted, false) << tag;
      }
    }
  }
}

TEST(Vocabulary, PlaceholdersAreGone) {
  for (const auto& category : Vocabulary::builtin().categories) {
    for (const auto* phrases : {&category.titles, &category.sentences}) {
      for (const auto& of_script : *phrases) {
        for (const auto& phrase : of_script) {
          EXPECT_EQ(phrase.before.find('{'), phrase.before.npos) << phrase.before;
          EXPECT_EQ(phrase.after.find('{'), phrase.after.npos) << phrase.after;
        }
      }
    }
  }
}

TEST(Vocabulary, NamesAreSortedBecauseMinimaAreDrawnFromThem) {
  const auto& words = Vocabulary::builtin();
  EXPECT_GE(words.first_names.size(), 200u);
  EXPECT_GE(words.last_names.size(), 200u);
  EXPECT_TRUE(std::ranges::is_sorted(words.first_names));
  EXPECT_TRUE(std::ranges::is_sorted(words.last_names));
  EXPECT_TRUE(std::ranges::is_sorted(words.countries, {}, &Country::name));
  EXPECT_GE(words.posters.size(), 80u);
  EXPECT_GE(words.poster_ends.size(), 80u);
}

TEST(Vocabulary, CountriesAreThoseOfTheTables) {
  const auto& countries = Vocabulary::builtin().countries;
  EXPECT_EQ(countries.size(), 243u);
  uint32_t rows = 0;
  for (const auto& country : countries) rows += country.weight;
  EXPECT_EQ(rows, 10'000u);
  EXPECT_EQ(std::ranges::max(countries, {}, &Country::weight).name, "Albania");
}

TEST(Vocabulary, NoEntryIsAPlaceholderOfTheScraper) {
  for (const auto& category : Vocabulary::builtin().categories) {
    for (const auto& phrase : category.titles[0]) EXPECT_NE(phrase.before, "Untitled");
  }
  for (const auto& name : Vocabulary::builtin().posters) EXPECT_NE(name, "User Info Error");
}

TEST(Script, IsThatOfTheRarestCharacter) {
  EXPECT_EQ(script_of("It's plain"), Script::plain);
  EXPECT_EQ(script_of("a \"b\""), Script::quoted);
  EXPECT_EQ(script_of("\"é\""), Script::accented);
  EXPECT_EQ(script_of("é \"🎄\""), Script::emoji);
}

}  // namespace
}  // namespace pinpipe::posts
