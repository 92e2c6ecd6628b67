#include "posts/builtin/trends.h"

#include <algorithm>
#include <string_view>

#include "posts/builtin/noise.h"
#include "posts/builtin/shape.h"
#include "record/values.h"

namespace pinpipe::posts {
namespace {

// ---- units of time

enum class Unit : uint8_t { minute, ten_minutes, hour, month };

constexpr int64_t kMonthsOfYear = 12;

int64_t seconds_of(Unit unit) {
  return unit == Unit::minute ? 60 : unit == Unit::ten_minutes ? 600 : 3600;
}

/// The number of the unit that `second` is in, counted from a fixed one.
int64_t number_of(Unit unit, int64_t second) {
  if (unit != Unit::month) return second / seconds_of(unit);
  int year = 0, month = 0, day = 0;
  record::civil_from_days(second / record::kDaySeconds, year, month, day);
  return year * kMonthsOfYear + month - 1;
}

/// The first second of unit `number`.
int64_t begin_of(Unit unit, int64_t number) {
  if (unit != Unit::month) return number * seconds_of(unit);
  const auto year = static_cast<int>(number / kMonthsOfYear);
  const auto month = static_cast<int>(number % kMonthsOfYear) + 1;
  return record::days_from_civil(year, month, 1) * record::kDaySeconds;
}

// ---- waves

/// The categories that have a season, and which: from the first month to the last, 1 to 12.
struct Season {
  std::string_view category;
  int first, last;
  uint32_t share;
};
constexpr uint32_t kUsual = 150;  // an hour's category leads it, if not in windows of days
constexpr std::array<Season, 9> kSeasons{{{"quotes", 1, 1, kUsual},
                                          {"beauty", 2, 2, kUsual},
                                          {"home-decor", 3, 4, kUsual},
                                          {"event-planning", 5, 5, kUsual},
                                          {"travel", 6, 8, kUsual},
                                          {"education", 9, 9, kUsual},
                                          {"diy-and-crafts", 10, 10, kUsual},
                                          {"christmas", 11, 11, kUsual},
                                          {"christmas", 12, 12, 320}}};

consteval uint32_t category(std::string_view name) {
  uint32_t which = 0;
  while (kCensus.at(which).name != name) ++which;  // one that is not there stops the build
  return which;
}
constexpr std::array<uint32_t, 5> kWithoutSeason{category("art"), category("finance"),
                                                 category("mens-fashion"), category("tattoos"),
                                                 category("vehicles")};

uint32_t category_of(const Season& season) {
  return static_cast<uint32_t>(std::ranges::find(kCensus, season.category, &CategoryCount::name) -
                               kCensus.begin());
}

/// Names that take turns: candidates `first` … `first + size - 1` of their kind, of categories
/// those of kWithoutSeason.
struct Wave {
  TrendKind kind;
  Unit unit;
  uint32_t first, size;
  uint32_t peak;
};
constexpr Wave kWaves[] = {
    {TrendKind::poster, Unit::minute, 0, 24, 200},
    {TrendKind::poster, Unit::hour, 24, 12, 100},
    {TrendKind::poster, Unit::month, 36, 12, 40},
    {TrendKind::category, Unit::hour, 0, kWithoutSeason.size(), 240},
    {TrendKind::country, Unit::ten_minutes, 0, 24, 240},
    {TrendKind::country, Unit::month, 24, 12, 80},
};
static_assert(kWaves[2].first + kWaves[2].size == kTrendingPosters);
static_assert(kWaves[5].first + kWaves[5].size == kTrendingCountries);

/// A name of a wave, which begins to rise at unit 2 · `turn`. Those of even turns are others than
/// those of odd ones, so that no name follows itself.
uint32_t name_at(uint64_t seed, const Wave& wave, int64_t turn) {
  const uint64_t odd = static_cast<uint64_t>(turn) % 2;
  Noise noise(key_of(key_of(seed, wave.first + 64 * static_cast<uint64_t>(wave.kind)),
                     static_cast<uint64_t>(turn)));
  const auto half = static_cast<uint32_t>((wave.size + 1 - odd) / 2);
  const auto name = static_cast<uint32_t>(wave.first + 2 * noise.below(half) + odd);
  return wave.kind == TrendKind::category ? kWithoutSeason[name] : name;
}

struct Stage {
  int64_t first, end;  // units since the name began to rise
  uint32_t of_100;     // of the peak
};
constexpr int64_t kUnitsPerTurn = 2;
constexpr int64_t kTurnsOfName = 2;
constexpr Stage kStages[] = {{0, 1, 25}, {1, 3, 100}, {3, 4, 60}};

Trend trend_of(uint64_t seed, const Wave& wave, int64_t turn, const Stage& stage) {
  const int64_t first = turn * kUnitsPerTurn;
  return {wave.kind, name_at(seed, wave, turn), begin_of(wave.unit, first + stage.first),
          begin_of(wave.unit, first + stage.end), wave.peak * stage.of_100 / 100};
}

Trend trend_of(const Season& season, int64_t year) {
  const auto begin = [&](int month) {
    return begin_of(Unit::month, year * kMonthsOfYear + month - 1);
  };
  return {TrendKind::category, category_of(season), begin(season.first), begin(season.last + 1),
          season.share};
}

int64_t year_of(int64_t second) { return number_of(Unit::month, second) / kMonthsOfYear; }

void add_beginning(uint64_t seed, const Wave& wave, int64_t begin, int64_t end,
                   std::vector<Trend>& to) {
  int64_t turn = number_of(wave.unit, begin) / kUnitsPerTurn - kTurnsOfName;
  for (; begin_of(wave.unit, turn * kUnitsPerTurn) < end; ++turn) {
    for (const auto& stage : kStages) {
      const auto trend = trend_of(seed, wave, turn, stage);
      if (trend.from >= begin && trend.from < end) to.push_back(trend);
    }
  }
}

}  // namespace

void Trends::add_in_force(int64_t second, std::vector<Trend>& to) const {
  for (const auto& wave : kWaves) {
    const int64_t unit = number_of(wave.unit, second);
    for (int64_t turn = unit / kUnitsPerTurn - 1; turn <= unit / kUnitsPerTurn; ++turn) {
      const int64_t age = unit - turn * kUnitsPerTurn;
      const auto* stage =
          std::ranges::find_if(kStages, [age](const Stage& s) { return age < s.end; });
      to.push_back(trend_of(seed_, wave, turn, *stage));
    }
  }
  for (const auto& season : kSeasons) {
    const auto trend = trend_of(season, year_of(second));
    if (trend.from <= second && second < trend.to) to.push_back(trend);
  }
}

void Trends::add_beginning(int64_t begin, int64_t end, std::vector<Trend>& to) const {
  const auto before = static_cast<std::ptrdiff_t>(to.size());
  for (const auto& wave : kWaves) posts::add_beginning(seed_, wave, begin, end, to);
  for (int64_t year = year_of(begin); year <= year_of(end); ++year) {
    for (const auto& season : kSeasons) {
      const auto trend = trend_of(season, year);
      if (trend.from >= begin && trend.from < end) to.push_back(trend);
    }
  }
  std::ranges::sort(to.begin() + before, to.end(), {}, place_in_list);
}

}  // namespace pinpipe::posts
