// The built-in table posted as a stream that has trends: post number n is a row of its own, at a
// time of its own, and what is trending at that time comes more often.
//
// To a source a row is a number, and here it is the number of the post: still a pure function, so
// that posts are made in any order and on all cores.
#pragma once

#include <cassert>
#include <cstdint>
#include <string_view>
#include <vector>

#include "posts/builtin/source.h"
#include "posts/builtin/trends.h"

namespace pinpipe::posts {

/// When posts are posted: number n at `from` + n · `step_ns`.
struct PostTimes {
  int64_t from = 0;      ///< seconds since 1970, UTC
  uint64_t step_ns = 1;  ///< more than 0

  static constexpr uint64_t kSecondNs = 1'000'000'000;
  static constexpr uint64_t kLongestSeconds = 200ull * 366 * 86400;

  /// So many posts are within kLongestSeconds; those behind have no time.
  uint64_t posts() const { return kLongestSeconds * kSecondNs / step_ns; }
  /// The second of post `number`. REQUIRES: number < posts()
  int64_t at(uint64_t number) const {
    assert(number < posts());
    return from + static_cast<int64_t>(number * step_ns / kSecondNs);
  }
};

class TrendingTable : public Source {
 public:
  /// The seed says what trends, and in which order rows are posted.
  TrendingTable(uint64_t table_seed, Spelling spelling, uint64_t seed, const PostTimes& times);

  /// `posts` are their numbers. Errors: a post that has no time.
  Result<size_t> append_posts(std::span<const Row> posts, Buffer& to,
                              std::vector<MissingRow>& missing) override;
  bool concurrent() const override { return true; }
  Row rows() const override { return times_.posts(); }

  /// Appends the trends that begin from `begin` until before `end`, by their beginning, a line
  /// each:
  /// {"kind":"category","name":"christmas","from":"2022-12-01T00:00:00","to":…,"share":0.32}.
  /// `kind` is the field that has `name`. With `in_force` those come first that had begun before.
  void append_trends(int64_t begin, int64_t end, bool in_force, Buffer& to) const;

 private:
  class InForce;

  std::string_view name_of(const Trend& trend) const;
  void choose_posters(uint64_t table_seed, Noise noise);
  void choose_countries(Noise noise);
  void get(Row number, InForce& in_force, Post& post) const;
  void append_trend(const Trend& trend, Buffer& to) const;

  BuiltinTable table_;
  PostTimes times_;
  Trends trends_;
  uint64_t key_;
  Shuffle order_;                            // of the rows of a table
  std::vector<Poster> posters_;              // candidates
  std::vector<std::string_view> countries_;  // candidates
};

}  // namespace pinpipe::posts
