// Keys are equal where users are, and nowhere else.
#include "query/extracted_batch.h"

#include <gtest/gtest.h>

#include <set>

namespace pinpipe::query {
namespace {

std::string key_of(std::optional<std::string_view> name, std::optional<int64_t> age,
                   std::string_view joined) {
  std::string key;
  append_user_key(name, age, *record::to_timestamp(joined), key);
  return key;
}

TEST(UserKey, IsAnotherForEachNameAgeAndInstant) {
  const std::string_view noon = "1970-01-01T12:00:00";
  const std::vector<std::string> keys = {
      key_of("A", 20, noon),
      key_of("A", 20, "1970-01-01T12:00:00.5"),
      key_of("A", 20, "1970-01-01T12:00:00.05"),
      key_of("A", 20, "1970-01-01T12:00:01"),
      key_of("A", 20, "0000-01-01T00:00:00"),
      key_of("A", 20, "9999-12-31T23:59:59"),
      key_of("A", 21, noon),
      key_of("A", -20, noon),
      key_of("A", 20 + 256, noon),
      key_of("A", INT64_MIN, noon),
      key_of("A", 0, noon),
      key_of("A", std::nullopt, noon),
      key_of("B", 20, noon),
      key_of("", 20, noon),
      key_of(std::nullopt, 20, noon),
      key_of("5", 20, noon),
  };
  EXPECT_EQ(std::set(keys.begin(), keys.end()).size(), keys.size());
}

TEST(UserKey, IsThatOfTheInstantHoweverItIsWritten) {
  EXPECT_EQ(key_of("A", 20, "2020-01-01T00:30:00+01:00"), key_of("A", 20, "2019-12-31 23:30:00Z"));
  EXPECT_EQ(key_of("A", 20, "2020-01-01T00:00:00.50"), key_of("A", 20, "2020-01-01T00:00:00.5"));
}

}  // namespace
}  // namespace pinpipe::query
