#include "posts/builtin/posters.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>

#include "base/ascii.h"
#include "base/utf8.h"
#include "posts/builtin/shape.h"

namespace pinpipe::posts {
namespace {

/// Posts per poster: 1,615 posters in 2,403 rows, the first of them with 50, 26, 24, 20, 18.
constexpr GroupSizes kPostsPerPoster{225, 0.668, {}};

constexpr size_t kLongestName = 268;

/// Followers by their share of posts, in 10,000. Between two, the logarithm grows evenly.
struct Quantile {
  double share;
  double followers;
};
constexpr Quantile kQuantilesBelowMillion[] = {
    {0, 1},          {270, 10},       {500, 30},      {760, 100},     {1000, 186},
    {1820, 1000},    {2500, 3000},    {3560, 10'000}, {5000, 31'000}, {6650, 100'000},
    {7500, 209'000}, {9000, 942'000}, {9240, 999'000}};
/// From a million on there are these only.
constexpr Quantile kMillions[] = {{9450, 1}, {9630, 2}, {9760, 3}, {9850, 4},
                                  {9930, 5}, {9970, 6}, {9992, 8}, {10000, 15}};

Followers written(uint32_t number, uint32_t unit, std::string_view suffix) {
  Followers followers;
  char digits[16];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  followers.written.append({digits, static_cast<size_t>(end - digits)});
  followers.written.append(suffix);
  followers.number = number * unit;
  return followers;
}

/// Bytes of a name as one number: posters of one name are one poster.
uint64_t hash_of(std::string_view name) {
  uint64_t hash = name.size();
  while (!name.empty()) {
    uint64_t word = 0;
    const size_t size = std::min(name.size(), sizeof word);
    std::memcpy(&word, name.data(), size);
    hash = mixed(hash ^ word) + kGoldenRatio;
    name.remove_prefix(size);
  }
  return hash;
}

void append_lower(std::string_view text, PosterName& name) {
  for (const char c : text) {
    const char lower = lower_case(c);
    if (lower != ' ') name.append({&lower, 1});
  }
}

}  // namespace

Followers written_as_in_tables(uint32_t number) {
  if (number < 1000) return written(number, 1, "");
  if (number < 1'000'000) return written(number / 1000, 1000, "k");
  return written(number / 1'000'000, 1'000'000, "M");
}

Followers followers_at(uint32_t part, uint32_t of) {
  assert(part < of);
  const double share = 10'000.0 * part / of;
  const auto after = [share](const Quantile& q) { return q.share > share; };
  const auto* above = std::ranges::find_if(kQuantilesBelowMillion, after);
  if (above == std::end(kQuantilesBelowMillion)) {
    const auto* millions = std::ranges::find_if(kMillions, after);
    return written_as_in_tables(static_cast<uint32_t>(millions->followers) * 1'000'000);
  }
  const auto& [from_share, from] = above[-1];
  const double way = (share - from_share) / (above->share - from_share);
  return written_as_in_tables(static_cast<uint32_t>(from * std::pow(above->followers / from, way)));
}

BuiltinPosters::BuiltinPosters(uint64_t table_seed)
    : words_(Vocabulary::builtin()),
      groups_(kTableRows, kPostsPerPoster),
      shuffle_(kTableRows, key_of(table_seed, 3)),
      key_(key_of(table_seed, 4)) {
  for (uint32_t i = 0; i < kQuantiles; ++i) followers_[i] = followers_at(i, kQuantiles);
}

void BuiltinPosters::get(Row row, Poster& poster) const {
  const uint64_t table = row / kTableRows;
  const uint32_t group = groups_.of(shuffle_.at(static_cast<uint32_t>(row % kTableRows), table));
  Noise noise(key_of(key_of(key_, table), group));
  write_name(noise, poster.name);
  poster.followers = followers_[hash_of(poster.name.view()) % kQuantiles];
}

void BuiltinPosters::write_name(Noise& noise, PosterName& name) const {
  name.clear();
  const uint32_t kind = noise.below(1000);
  if (kind < 380) {
    name.append(pick(noise, words_.first_names));
    name.append(" ");
    name.append(pick(noise, words_.last_names));
  } else if (kind < 840) {
    write_house(noise, name);
  } else if (kind < 900) {
    name.append(pick(noise, words_.posters));
  } else if (kind < 997) {
    append_lower(pick(noise, words_.posters), name);
    append_lower(pick(noise, words_.last_names), name);
  } else if (kind < 999) {
    const char letter = static_cast<char>('A' + noise.below(26));
    name.append({&letter, 1});
  } else {
    PosterName endless;  // some put all they do into their name
    do {
      if (!endless.empty()) endless.append(" | ");
      write_house(noise, endless);
    } while (endless.size() < kLongestName);
    name.append(first_code_points(endless.view(), kLongestName));
  }
  if (kind < 900 && noise.chance(23)) name.append(" ");
}

void BuiltinPosters::write_house(Noise& noise, PosterName& name) const {
  name.append(pick(noise, words_.posters));
  name.append(" ");
  name.append(pick(noise, words_.poster_ends));
}

}  // namespace pinpipe::posts
