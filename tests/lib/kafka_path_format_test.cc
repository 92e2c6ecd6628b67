// Folders by time: path formats, and the clocks of time zones.
#include "kafka/path_format.h"

#include <gtest/gtest.h>

#include "kafka/time_zone.h"

namespace pinpipe::kafka {
namespace {

std::string folder(const std::string& format, int64_t local_ms) {
  auto parsed = PathFormat::parse(format);
  return parsed.ok() ? parsed->folder(local_ms) : parsed.error().what;
}

constexpr int64_t kMoment = 1'666'281'845'000;  // 2022-10-20T16:04:05

TEST(PathFormat, IsThatOfKafkaConnect) {
  EXPECT_EQ(folder(kDailyFormat, kMoment), "year=2022/month=10/day=20");
  EXPECT_EQ(folder(kHourlyFormat, kMoment), "year=2022/month=10/day=20/hour=16");
  EXPECT_EQ(folder("'dt'=YYYY-MM-dd/", kMoment), "dt=2022-10-20");
  EXPECT_EQ(folder("yyyyMMdd'T'HHmmss", kMoment), "20221020T160405");
  EXPECT_EQ(folder("YY/M/d", 0), "70/1/1");
  EXPECT_EQ(folder("'o''clock'=H", kMoment), "o'clock=16");
  EXPECT_EQ(folder("''yy''", kMoment), "'22'");
  EXPECT_EQ(folder("YYYYYY", kMoment), "002022");
}

TEST(PathFormat, SaysWhatIsWrong) {
  EXPECT_EQ(folder("year=YYYY", 0), "'a' is not a part of a time");
  EXPECT_EQ(folder("topic=YYYY", 0), "'t' is not a part of a time");
  EXPECT_EQ(folder("YYYY/MMM", 0), "names of months and days, 'MMM', are not done here");
  EXPECT_EQ(folder("'year=YYYY", 0), "a path with a quote that does not end");
  for (const auto* format : {"", "/", "/YYYY", "YYYY//MM", "'..'/YYYY", "YYYY/.MM"}) {
    EXPECT_EQ(folder(format, 0).substr(0, 10), "no folders") << format;
  }
}

struct Row {
  const char* zone;
  int64_t unix_seconds;
  const char* folder;
};

// By datetime and zoneinfo of Python.
// clang-format off
constexpr Row kRows[] = {
    {"UTC", 1648342799, "2022/03/27/00/59/59/086/22/2022/12/7"},
    {"UTC", 1648342800, "2022/03/27/01/00/00/086/22/2022/12/7"},
    {"UTC", 1667089800, "2022/10/30/00/30/00/303/22/2022/43/7"},
    {"UTC", 1667093400, "2022/10/30/01/30/00/303/22/2022/43/7"},
    {"UTC", 1609718399, "2021/01/03/23/59/59/003/21/2020/53/7"},
    {"UTC", 1709208000, "2024/02/29/12/00/00/060/24/2024/09/4"},
    {"UTC", 1541300399, "2018/11/04/02/59/59/308/18/2018/44/7"},
    {"UTC", 1541300400, "2018/11/04/03/00/00/308/18/2018/44/7"},
    {"UTC", 1648331999, "2022/03/26/21/59/59/085/22/2022/12/6"},
    {"UTC", 1648332000, "2022/03/26/22/00/00/085/22/2022/12/6"},
    {"UTC", 1577816999, "2019/12/31/18/29/59/365/19/2020/01/2"},
    {"UTC", 2130019200, "2037/07/01/00/00/00/182/37/2037/27/3"},
    {"UTC", 2540246400, "2050/07/01/00/00/00/182/50/2050/26/5"},
    {"UTC", 0, "1970/01/01/00/00/00/001/70/1970/01/4"},
    {"UTC", 1648911600, "2022/04/02/15/00/00/092/22/2022/13/6"},
    {"Europe/London", 1648342799, "2022/03/27/00/59/59/086/22/2022/12/7"},
    {"Europe/London", 1648342800, "2022/03/27/02/00/00/086/22/2022/12/7"},
    {"Europe/London", 1667089800, "2022/10/30/01/30/00/303/22/2022/43/7"},
    {"Europe/London", 1667093400, "2022/10/30/01/30/00/303/22/2022/43/7"},
    {"Europe/London", 1609718399, "2021/01/03/23/59/59/003/21/2020/53/7"},
    {"Europe/London", 1709208000, "2024/02/29/12/00/00/060/24/2024/09/4"},
    {"Europe/London", 1541300399, "2018/11/04/02/59/59/308/18/2018/44/7"},
    {"Europe/London", 1541300400, "2018/11/04/03/00/00/308/18/2018/44/7"},
    {"Europe/London", 1648331999, "2022/03/26/21/59/59/085/22/2022/12/6"},
    {"Europe/London", 1648332000, "2022/03/26/22/00/00/085/22/2022/12/6"},
    {"Europe/London", 1577816999, "2019/12/31/18/29/59/365/19/2020/01/2"},
    {"Europe/London", 2130019200, "2037/07/01/01/00/00/182/37/2037/27/3"},
    {"Europe/London", 2540246400, "2050/07/01/01/00/00/182/50/2050/26/5"},
    {"Europe/London", 0, "1970/01/01/01/00/00/001/70/1970/01/4"},
    {"Europe/London", 1648911600, "2022/04/02/16/00/00/092/22/2022/13/6"},
    {"America/New_York", 1648342799, "2022/03/26/20/59/59/085/22/2022/12/6"},
    {"America/New_York", 1648342800, "2022/03/26/21/00/00/085/22/2022/12/6"},
    {"America/New_York", 1667089800, "2022/10/29/20/30/00/302/22/2022/43/6"},
    {"America/New_York", 1667093400, "2022/10/29/21/30/00/302/22/2022/43/6"},
    {"America/New_York", 1609718399, "2021/01/03/18/59/59/003/21/2020/53/7"},
    {"America/New_York", 1709208000, "2024/02/29/07/00/00/060/24/2024/09/4"},
    {"America/New_York", 1541300399, "2018/11/03/22/59/59/307/18/2018/44/6"},
    {"America/New_York", 1541300400, "2018/11/03/23/00/00/307/18/2018/44/6"},
    {"America/New_York", 1648331999, "2022/03/26/17/59/59/085/22/2022/12/6"},
    {"America/New_York", 1648332000, "2022/03/26/18/00/00/085/22/2022/12/6"},
    {"America/New_York", 1577816999, "2019/12/31/13/29/59/365/19/2020/01/2"},
    {"America/New_York", 2130019200, "2037/06/30/20/00/00/181/37/2037/27/2"},
    {"America/New_York", 2540246400, "2050/06/30/20/00/00/181/50/2050/26/4"},
    {"America/New_York", 0, "1969/12/31/19/00/00/365/69/1970/01/3"},
    {"America/New_York", 1648911600, "2022/04/02/11/00/00/092/22/2022/13/6"},
    {"Asia/Kolkata", 1648342799, "2022/03/27/06/29/59/086/22/2022/12/7"},
    {"Asia/Kolkata", 1648342800, "2022/03/27/06/30/00/086/22/2022/12/7"},
    {"Asia/Kolkata", 1667089800, "2022/10/30/06/00/00/303/22/2022/43/7"},
    {"Asia/Kolkata", 1667093400, "2022/10/30/07/00/00/303/22/2022/43/7"},
    {"Asia/Kolkata", 1609718399, "2021/01/04/05/29/59/004/21/2021/01/1"},
    {"Asia/Kolkata", 1709208000, "2024/02/29/17/30/00/060/24/2024/09/4"},
    {"Asia/Kolkata", 1541300399, "2018/11/04/08/29/59/308/18/2018/44/7"},
    {"Asia/Kolkata", 1541300400, "2018/11/04/08/30/00/308/18/2018/44/7"},
    {"Asia/Kolkata", 1648331999, "2022/03/27/03/29/59/086/22/2022/12/7"},
    {"Asia/Kolkata", 1648332000, "2022/03/27/03/30/00/086/22/2022/12/7"},
    {"Asia/Kolkata", 1577816999, "2019/12/31/23/59/59/365/19/2020/01/2"},
    {"Asia/Kolkata", 2130019200, "2037/07/01/05/30/00/182/37/2037/27/3"},
    {"Asia/Kolkata", 2540246400, "2050/07/01/05/30/00/182/50/2050/26/5"},
    {"Asia/Kolkata", 0, "1970/01/01/05/30/00/001/70/1970/01/4"},
    {"Asia/Kolkata", 1648911600, "2022/04/02/20/30/00/092/22/2022/13/6"},
    {"America/Sao_Paulo", 1648342799, "2022/03/26/21/59/59/085/22/2022/12/6"},
    {"America/Sao_Paulo", 1648342800, "2022/03/26/22/00/00/085/22/2022/12/6"},
    {"America/Sao_Paulo", 1667089800, "2022/10/29/21/30/00/302/22/2022/43/6"},
    {"America/Sao_Paulo", 1667093400, "2022/10/29/22/30/00/302/22/2022/43/6"},
    {"America/Sao_Paulo", 1609718399, "2021/01/03/20/59/59/003/21/2020/53/7"},
    {"America/Sao_Paulo", 1709208000, "2024/02/29/09/00/00/060/24/2024/09/4"},
    {"America/Sao_Paulo", 1541300399, "2018/11/03/23/59/59/307/18/2018/44/6"},
    {"America/Sao_Paulo", 1541300400, "2018/11/04/01/00/00/308/18/2018/44/7"},
    {"America/Sao_Paulo", 1648331999, "2022/03/26/18/59/59/085/22/2022/12/6"},
    {"America/Sao_Paulo", 1648332000, "2022/03/26/19/00/00/085/22/2022/12/6"},
    {"America/Sao_Paulo", 1577816999, "2019/12/31/15/29/59/365/19/2020/01/2"},
    {"America/Sao_Paulo", 2130019200, "2037/06/30/21/00/00/181/37/2037/27/2"},
    {"America/Sao_Paulo", 2540246400, "2050/06/30/21/00/00/181/50/2050/26/4"},
    {"America/Sao_Paulo", 0, "1969/12/31/21/00/00/365/69/1970/01/3"},
    {"America/Sao_Paulo", 1648911600, "2022/04/02/12/00/00/092/22/2022/13/6"},
    {"Australia/Lord_Howe", 1648342799, "2022/03/27/11/59/59/086/22/2022/12/7"},
    {"Australia/Lord_Howe", 1648342800, "2022/03/27/12/00/00/086/22/2022/12/7"},
    {"Australia/Lord_Howe", 1667089800, "2022/10/30/11/30/00/303/22/2022/43/7"},
    {"Australia/Lord_Howe", 1667093400, "2022/10/30/12/30/00/303/22/2022/43/7"},
    {"Australia/Lord_Howe", 1609718399, "2021/01/04/10/59/59/004/21/2021/01/1"},
    {"Australia/Lord_Howe", 1709208000, "2024/02/29/23/00/00/060/24/2024/09/4"},
    {"Australia/Lord_Howe", 1541300399, "2018/11/04/13/59/59/308/18/2018/44/7"},
    {"Australia/Lord_Howe", 1541300400, "2018/11/04/14/00/00/308/18/2018/44/7"},
    {"Australia/Lord_Howe", 1648331999, "2022/03/27/08/59/59/086/22/2022/12/7"},
    {"Australia/Lord_Howe", 1648332000, "2022/03/27/09/00/00/086/22/2022/12/7"},
    {"Australia/Lord_Howe", 1577816999, "2020/01/01/05/29/59/001/20/2020/01/3"},
    {"Australia/Lord_Howe", 2130019200, "2037/07/01/10/30/00/182/37/2037/27/3"},
    {"Australia/Lord_Howe", 2540246400, "2050/07/01/10/30/00/182/50/2050/26/5"},
    {"Australia/Lord_Howe", 0, "1970/01/01/10/00/00/001/70/1970/01/4"},
    {"Australia/Lord_Howe", 1648911600, "2022/04/03/01/30/00/093/22/2022/13/7"},
    {"Asia/Beirut", 1648342799, "2022/03/27/03/59/59/086/22/2022/12/7"},
    {"Asia/Beirut", 1648342800, "2022/03/27/04/00/00/086/22/2022/12/7"},
    {"Asia/Beirut", 1667089800, "2022/10/30/02/30/00/303/22/2022/43/7"},
    {"Asia/Beirut", 1667093400, "2022/10/30/03/30/00/303/22/2022/43/7"},
    {"Asia/Beirut", 1609718399, "2021/01/04/01/59/59/004/21/2021/01/1"},
    {"Asia/Beirut", 1709208000, "2024/02/29/14/00/00/060/24/2024/09/4"},
    {"Asia/Beirut", 1541300399, "2018/11/04/04/59/59/308/18/2018/44/7"},
    {"Asia/Beirut", 1541300400, "2018/11/04/05/00/00/308/18/2018/44/7"},
    {"Asia/Beirut", 1648331999, "2022/03/26/23/59/59/085/22/2022/12/6"},
    {"Asia/Beirut", 1648332000, "2022/03/27/01/00/00/086/22/2022/12/7"},
    {"Asia/Beirut", 1577816999, "2019/12/31/20/29/59/365/19/2020/01/2"},
    {"Asia/Beirut", 2130019200, "2037/07/01/03/00/00/182/37/2037/27/3"},
    {"Asia/Beirut", 2540246400, "2050/07/01/03/00/00/182/50/2050/26/5"},
    {"Asia/Beirut", 0, "1970/01/01/02/00/00/001/70/1970/01/4"},
    {"Asia/Beirut", 1648911600, "2022/04/02/18/00/00/092/22/2022/13/6"},
};
// clang-format on

TEST(TimeZone, HasTheClocksThatPythonHas) {
  for (const auto& [zone, seconds, expected] : kRows) {
    auto known = TimeZone::named(zone);
    ASSERT_TRUE(known.ok()) << known.error().what;
    EXPECT_EQ(folder("YYYY/MM/dd/HH/mm/ss/DDD/YY/x/ww/e", known->local_ms(seconds * 1000)),
              expected)
        << zone << " " << seconds;
  }
}

TEST(TimeZone, ComesBackFromItsClocks) {
  for (const auto& [zone, seconds, expected] : kRows) {
    auto known = TimeZone::named(zone);
    ASSERT_TRUE(known.ok());
    const auto local = known->local_ms(seconds * 1000);
    EXPECT_EQ(known->local_ms(known->unix_ms(local)), local) << zone << " " << seconds;
  }
}

// What a day is cut down to may be a time that its clocks skip.
TEST(TimeZone, HasALaterTimeForOneThatIsSkipped) {
  auto zone = TimeZone::named("America/Sao_Paulo");
  ASSERT_TRUE(zone.ok());
  const int64_t midnight = 1'541'289'600'000;  // 2018-11-04T00:00:00
  EXPECT_EQ(zone->local_ms(zone->unix_ms(midnight)), midnight + 3'600'000);
  zone = TimeZone::named("Asia/Beirut");
  ASSERT_TRUE(zone.ok());
  const int64_t other_midnight = 1'648'339'200'000;  // 2022-03-27T00:00:00
  EXPECT_EQ(zone->local_ms(zone->unix_ms(other_midnight)), other_midnight + 3'600'000);
}

TEST(TimeZone, TakesOffsets) {
  EXPECT_EQ(TimeZone::named("+05:30")->offset_seconds(0), 19800);
  EXPECT_EQ(TimeZone::named("-03")->offset_seconds(0), -10800);
  for (const auto* name :
       {"", "Europe/Londin", "../etc/passwd", "/etc/passwd", "+5", "+24:00", "+05:60"}) {
    EXPECT_FALSE(TimeZone::named(name).ok()) << name;
  }
}

}  // namespace
}  // namespace pinpipe::kafka
