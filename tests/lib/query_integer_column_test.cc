// Values stay what they are while chunks widen, and memory is no more than they need.
#include "query/integer_column.h"

#include <gtest/gtest.h>

namespace pinpipe::query {
namespace {

constexpr size_t kValues = 20'000;

TEST(IntegerColumn, KeepsWhatWasSetWhileItWidens) {
  IntegerColumn column(-5);
  column.grow(kValues);
  EXPECT_EQ(column[kValues - 1], -5);
  const auto value_of = [](size_t at) {
    const auto bits = static_cast<int64_t>(0x0123456789abcdef * (at + 1));
    return bits >> at * 64 / kValues;  // wider and wider from the end on, of both signs
  };
  for (size_t at = kValues; at-- > 0;) column.set(at, value_of(at));
  for (size_t at = 0; at < kValues; ++at) ASSERT_EQ(column[at], value_of(at)) << at;

  std::vector<int64_t> run(IntegerColumn::kRun);
  for (size_t begin = 0; begin < kValues; begin += run.size()) {
    const size_t count = std::min(run.size(), kValues - begin);
    column.read(begin, count, run.data());
    for (size_t i = 0; i < count; ++i) ASSERT_EQ(run[i], value_of(begin + i));
  }
}

TEST(IntegerColumn, HasTheExtremes) {
  IntegerColumn column(1900);
  column.grow(3);
  column.set(0, INT64_MIN);
  column.set(1, INT64_MAX);
  column.set(2, 2155);
  EXPECT_EQ(column[0], INT64_MIN);
  EXPECT_EQ(column[1], INT64_MAX);
  EXPECT_EQ(column[2], 2155);
}

TEST(IntegerColumn, TakesNoMoreBytesThanItsValuesNeed) {
  IntegerColumn column(1900);
  column.grow(kValues);
  EXPECT_LT(column.memory(), 200u);
  for (size_t at = 0; at < kValues; ++at) column.set(at, 2155);
  EXPECT_NEAR(static_cast<double>(column.memory()), 3 * 8192, 200);
  column.set(0, 2156);
  EXPECT_NEAR(static_cast<double>(column.memory()), 4 * 8192, 200);
}

}  // namespace
}  // namespace pinpipe::query
