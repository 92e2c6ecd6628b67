#include "wire/destination.h"

#include <gtest/gtest.h>

namespace pinpipe::wire {
namespace {

using Names = std::vector<std::string>;

Names names_of(std::string_view pattern, const std::optional<std::string>& user_id = "me") {
  const auto destinations = resolve_destinations(kTopicNames, pattern, user_id);
  return destinations.ok() ? destinations.value().names
                           : Names{"error: " + destinations.error().what};
}

TEST(Destination, HasOneNameADatasetWhereThePatternNamesIt) {
  EXPECT_EQ(names_of("{user_id}.{dataset}"), (Names{"me.pin", "me.geo", "me.user"}));
  EXPECT_EQ(names_of("{dataset}{dataset}-x"), (Names{"pinpin-x", "geogeo-x", "useruser-x"}));
}

TEST(Destination, HasOneNameForAllWhereThePatternNamesNoDataset) {
  const auto destinations = resolve_destinations(kStreamNames, "s-{user_id}", "me");
  ASSERT_TRUE(destinations.ok());
  EXPECT_EQ(destinations.value().names, Names{"s-me"});
  EXPECT_FALSE(destinations.value().by_dataset());
  EXPECT_EQ(destinations.value().index_for(record::Dataset::user), 0u);
}

TEST(Destination, NeedsAUserIdOnlyWhereThePatternDoes) {
  EXPECT_EQ(names_of("all", std::nullopt), Names{"all"});
  EXPECT_EQ(names_of("{user_id}", std::nullopt), Names{"error: topic '{user_id}' needs --user-id"});
  EXPECT_EQ(names_of("x{user_id}", ""), Names{"error: topic 'x{user_id}' needs --user-id"});
}

TEST(Destination, RefusesPatternsThatMeanNothing) {
  EXPECT_EQ(names_of("{}"), Names{"error: topic '{}': unknown placeholder '{}'"});
  EXPECT_EQ(names_of("{user_id}{"), Names{"error: topic '{user_id}{': '{' is not closed"});
  EXPECT_EQ(names_of("a}"), Names{"error: 'a}' is not a valid name of a topic"});
}

TEST(Destination, HoldsTheLimitOfEachService) {
  for (const auto& rule : {kTopicNames, kStreamNames}) {
    EXPECT_TRUE(resolve_destinations(rule, std::string(rule.max_size, 'a'), std::nullopt).ok());
    EXPECT_FALSE(
        resolve_destinations(rule, std::string(rule.max_size + 1, 'a'), std::nullopt).ok());
  }
  EXPECT_EQ(names_of("é"), Names{"error: 'é' is not a valid name of a topic"});
}

}  // namespace
}  // namespace pinpipe::wire
