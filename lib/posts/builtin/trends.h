// Which profiles, categories and countries are posted more often than the table has them, and when.
//
// A trend is one name's share of the posts from one time to another. They come in waves: each wave
// has a unit of time, and every two units a new name begins to rise, of whom
//
//   unit      1      2      3      4
//   share   1/4   peak   peak   3/5
//
// so at any time two names of a wave are in force, one of them at its peak, and who leads changes
// every two units. Waves of minutes lead in short windows, those of hours in long ones. Categories
// have seasons too, which are those of the calendar: in December christmas leads, always.
//
// All is a pure function of a seed and the time, so that posts need no order, and whoever knows the
// seed knows who must lead. No name is in two waves, so the greatest share has the lead.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <vector>

namespace pinpipe::posts {

/// What is posted more often. Each has its own shares.
enum class TrendKind : uint8_t { poster, category, country };
inline constexpr size_t kTrendKinds = 3;

struct Trend {
  TrendKind kind;
  uint32_t which;    ///< a candidate of the kind; a category: its place in kCensus
  int64_t from, to;  ///< seconds since 1970, UTC; `to` does not belong to it
  uint32_t share;    ///< of 1000 posts; what is left is drawn as ever

  bool operator==(const Trend&) const = default;
};

/// What lists are sorted by: the beginning, then the kind and the name.
inline auto place_in_list(const Trend& trend) {
  return std::tuple(trend.from, trend.kind, trend.which, trend.to);
}

/// How many candidates trends choose from.
inline constexpr uint32_t kTrendingPosters = 48;
inline constexpr uint32_t kTrendingCountries = 36;

/// The shares of a kind add up to less than 1000.
class Trends {
 public:
  explicit Trends(uint64_t seed) : seed_(seed) {}

  /// Nothing changes within this many seconds from a multiple of it.
  static constexpr int64_t kSteadySeconds = 60;

  /// Adds the trends in force at `second` to `to`. REQUIRES: `second` is not before 1971
  void add_in_force(int64_t second, std::vector<Trend>& to) const;

  /// Adds the trends that begin from `begin` until before `end`, by their beginning. REQUIRES: as
  /// above
  void add_beginning(int64_t begin, int64_t end, std::vector<Trend>& to) const;

 private:
  uint64_t seed_;
};

}  // namespace pinpipe::posts
