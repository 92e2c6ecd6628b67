// Growth is told before it happens.
#include "query/id_table.h"

#include <gtest/gtest.h>

#include "base/hash.h"

namespace pinpipe::query {
namespace {

void add(IdTable& table, uint64_t first, uint64_t count) {
  for (uint64_t key = first; key < first + count; ++key) {
    table.find_or_add(
        hash_of(key), [&](uint32_t id) { return id - 1 == key; },
        [](uint32_t id) { return hash_of(uint64_t{id} - 1); });
  }
}

TEST(IdTable, SaysHowMuchItWillGrow) {
  IdTable table;
  uint64_t keys = 0;
  for (const uint64_t more : {1, 766, 1, 1, 1000, 100'000, 3, 12'345}) {
    const uint64_t expected = table.memory() + table.growth(more);
    add(table, keys, more);
    keys += more;
    EXPECT_EQ(table.memory(), expected) << more << " more, " << keys << " in all";
    EXPECT_EQ(table.count(), keys);
  }
}

TEST(IdTable, FindsWhatItHas) {
  IdTable table;
  add(table, 0, 10'000);
  add(table, 0, 10'000);
  EXPECT_EQ(table.count(), 10'000u);
  for (uint64_t key = 0; key < 10'000; ++key) ASSERT_NE(table.likely(hash_of(key)), 0u);
}

}  // namespace
}  // namespace pinpipe::query
