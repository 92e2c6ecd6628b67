#include "cli/progress.h"

#include <gtest/gtest.h>

namespace pinpipe::cli {
namespace {

TEST(ProgressTest, ShowsTotalsRatesAndWhatIsLeft) {
  EXPECT_EQ(progress_text(45'678, 12'897'485, 10, 0.42),
            "12.3 MiB  45,678 records  1.2 MiB/s  4,568 records/s  42 %  ETA 0:13");
}

TEST(ProgressTest, LeavesOutWhatIsNotKnown) {
  EXPECT_EQ(progress_text(1'234'567, 2048, 2, 0),
            "2.0 KiB  1,234,567 records  1.0 KiB/s  617,284 records/s");
  EXPECT_EQ(progress_text(50, 0, 5, 0.5), "50 records  10 records/s  50 %  ETA 0:05");
}

TEST(ProgressTest, CountsMinutesAndAllUnits) {
  EXPECT_EQ(progress_text(0, 1000, 10, 0.01),
            "1000 B  0 records  100 B/s  0 records/s  1 %  ETA 16:30");
  EXPECT_EQ(progress_text(999, 3ull << 40, 1, 1),
            "3.0 TiB  999 records  3.0 TiB/s  999 records/s  100 %  ETA 0:00");
}

TEST(ProgressTest, StandsTheFirstMoment) {
  EXPECT_EQ(progress_text(5, 10, 0, 0), "10 B  5 records  0 B/s  0 records/s");
}

}  // namespace
}  // namespace pinpipe::cli
