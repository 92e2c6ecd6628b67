#include "record/values.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <random>
#include <string>

namespace pinpipe::record {
namespace {

using namespace std::chrono;

std::string rewritten(std::string_view text) {
  const auto t = to_timestamp(text);
  if (!t) return "none";
  char out[kTimestampSize];
  write_timestamp(*t, out);
  const std::string fraction(t->fraction);
  return std::string(out, kTimestampSize) + (fraction.empty() ? "" : "." + fraction);
}

std::string text_of(sys_seconds time, char between) {
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u%c%02d:%02d:%02d", int(date.year()),
                unsigned(date.month()), unsigned(date.day()), between, int(clock.hours().count()),
                int(clock.minutes().count()), int(clock.seconds().count()));
  return text;
}

TEST(IntegerTest, TakesJsonIntegersOfAnySize) {
  for (const auto* good : {"0", "-0", "7", "-12", "123456789012345678901234567890"}) {
    EXPECT_TRUE(is_integer(good)) << good;
  }
  for (const auto* bad : {"", "-", "+1", "01", "-01", "00", "1.0", "1e3", " 1", "1 ", "1,000",
                          "0x1", "a", "--1", "1-"}) {
    EXPECT_FALSE(is_integer(bad)) << bad;
  }
}

TEST(IntegerTest, ReadsWhatFits64Bits) {
  EXPECT_EQ(to_int64("0"), 0);
  EXPECT_EQ(to_int64("9223372036854775807"), INT64_MAX);
  EXPECT_EQ(to_int64("-9223372036854775808"), INT64_MIN);
  EXPECT_FALSE(to_int64("9223372036854775808"));
  EXPECT_FALSE(to_int64("-9223372036854775809"));
  EXPECT_FALSE(to_int64("123456789012345678901234567890"));
  EXPECT_FALSE(to_int64("1.0"));
  EXPECT_FALSE(to_int64(""));
}

TEST(TimestampTest, WritesEveryDayOfTenThousandYearsAsItReadsIt) {
  const sys_days first = year(1) / 1 / 1;
  const sys_days last = year(9999) / 12 / 31;
  for (sys_days day = first; day <= last; day += days(3)) {
    const auto text =
        text_of(sys_seconds(day) + seconds(day.time_since_epoch().count() & 0xFFFF), 'T');
    ASSERT_EQ(rewritten(text), text);
  }
}

TEST(TimestampTest, TakesTheDaysThatAreOnTheCalendarAndNoOthers) {
  for (const int y : {0, 4, 100, 1600, 1900, 2000, 2019, 2020, 2100, 2400, 9999}) {
    for (unsigned m = 0; m <= 13; ++m) {
      for (unsigned d = 0; d <= 32; ++d) {
        char text[32];
        std::snprintf(text, sizeof text, "%04d-%02u-%02u 00:00:00", y, m, d);
        const bool on_calendar = y > 0 && (year(y) / m / d).ok();
        ASSERT_EQ(to_timestamp(text).has_value(), on_calendar) << text;
      }
    }
  }
}

TEST(TimestampTest, ConvertsEveryZoneToUtc) {
  std::mt19937 random(5);
  const auto first = sys_seconds(sys_days(year(1) / 1 / 1)).time_since_epoch().count();
  const auto last = sys_seconds(sys_days(year(9998) / 12 / 31)).time_since_epoch().count();
  std::uniform_int_distribution<int64_t> times(first, last);
  std::uniform_int_distribution<int> zones(-23 * 60 - 59, 23 * 60 + 59);
  for (int i = 0; i < 100'000; ++i) {
    const sys_seconds local{seconds(times(random))};
    const int east = zones(random);
    char zone[16];
    std::snprintf(zone, sizeof zone, random() % 2 ? "%c%02d:%02d" : "%c%02d%02d",
                  east < 0 ? '-' : '+', std::abs(east) / 60, std::abs(east) % 60);
    const auto text = text_of(local, random() % 2 ? ' ' : 'T') + zone;
    ASSERT_EQ(rewritten(text), text_of(local - minutes(east), 'T')) << text;
  }
}

TEST(TimestampTest, StaysWithinFourDigitsOfTheYear) {
  EXPECT_EQ(rewritten("0000-12-31 23:59:59"), "none");
  EXPECT_EQ(rewritten("0001-01-01 00:00:00+00:01"), "none");
  EXPECT_EQ(rewritten("0001-01-01 00:01:00+00:01"), "0001-01-01T00:00:00");
  EXPECT_EQ(rewritten("9999-12-31 23:59:59-00:01"), "none");
  EXPECT_EQ(rewritten("9999-12-31 23:58:59-00:01"), "9999-12-31T23:59:59");
}

TEST(TimestampTest, KeepsAFractionThatIsNotZero) {
  EXPECT_EQ(rewritten("2020-01-01 00:00:00.5"), "2020-01-01T00:00:00.5");
  EXPECT_EQ(rewritten("2020-01-01 00:00:00.120Z"), "2020-01-01T00:00:00.120");
  EXPECT_EQ(rewritten("2020-01-01 00:00:00.000+01:00"), "2019-12-31T23:00:00");
  EXPECT_EQ(rewritten("2020-01-01 00:00:00."), "none");
  EXPECT_EQ(rewritten("2020-01-01 00:00:00.Z"), "none");
}

TEST(TimestampTest, RefusesAnyOtherForm) {
  const std::string good = "2020-08-28T03:52:47.5+02:00";
  ASSERT_NE(rewritten(good), "none");
  for (size_t at = 0; at < good.size(); ++at) {
    for (const char wrong : {'x', '/', '\0'}) {
      auto text = good;
      text[at] = wrong;
      EXPECT_EQ(rewritten(text), "none") << text;
    }
  }
  for (const auto* bad :
       {"", "2020-08-2", "2020-08-28T", "2020-08-28T03:52", "2020-08-28T03:52:47+2", "2020-13-28",
        "2020-08-28T03:52:47 ", "2020-08-28T03:52:47  Z", "2020-08-28T03:52:47+", "2020/08/28",
        "2020-08-28T03:52:47+0200Z", "2020-08-28T24:00:00", "2020-08-28T03:60:00",
        "2020-08-28T03:52:60", "2020-08-28T03:52:47+24:00", "2020-08-28T03:52:47z",
        "2020-08-28t03:52:47"}) {
    EXPECT_EQ(rewritten(bad), "none") << bad;
  }
}

TEST(TimestampTest, TakesADateForItsMidnight) {
  EXPECT_EQ(rewritten("2020-02-29"), "2020-02-29T00:00:00");
  EXPECT_EQ(rewritten("2021-02-29"), "none");
}

TEST(TimestampTest, ReadsZonesWithAndWithoutABlank) {
  for (const auto* zone : {"Z", " Z", "UTC", " UTC", "+00", " +00", "+0000", " -00:00"}) {
    EXPECT_EQ(rewritten("2020-08-28 03:52:47" + std::string(zone)), "2020-08-28T03:52:47") << zone;
  }
  EXPECT_EQ(rewritten("2020-08-28 03:52:47-05"), "2020-08-28T08:52:47");
}

std::string of_epoch(std::string_view integer) {
  const auto time = epoch_to_timestamp(integer);
  if (!time) return "none";
  char text[kTimestampSize];
  write_timestamp(*time, text);
  return std::string(text, sizeof text) + (time->fraction.empty() ? "" : ".") +
         std::string(time->fraction);
}

TEST(TimestampTest, ReadsEpochsByTheirSize) {
  EXPECT_EQ(of_epoch("1598586767"), "2020-08-28T03:52:47");
  EXPECT_EQ(of_epoch("1598586767000"), "2020-08-28T03:52:47");
  EXPECT_EQ(of_epoch("1598586767120"), "2020-08-28T03:52:47.120");
  EXPECT_EQ(of_epoch("1598586767000001"), "2020-08-28T03:52:47.000001");
  EXPECT_EQ(of_epoch("-1598586767000"), "1919-05-06T20:07:13");
  for (const auto* bad : {"", "0", "159858676", "15985867670", "159858676712000000", "1.5985e+9"}) {
    EXPECT_EQ(of_epoch(bad), "none") << bad;
  }
}

TEST(TimestampTest, TurnsDaysIntoDatesAndBack) {
  EXPECT_EQ(days_from_civil(1970, 1, 1), 0);
  EXPECT_EQ(days_from_civil(2000, 3, 1), 11017);
  EXPECT_EQ(days_from_civil(0, 3, 1), -719468);
  for (int64_t day = -719528; day < 2932897; day += 11) {
    int y, m, d;
    civil_from_days(day, y, m, d);
    ASSERT_EQ(days_from_civil(y, m, d), day);
  }
}

}  // namespace
}  // namespace pinpipe::record
