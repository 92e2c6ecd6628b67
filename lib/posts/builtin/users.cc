#include "posts/builtin/users.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "posts/builtin/shape.h"
#include "record/values.h"

namespace pinpipe::posts {
namespace {

constexpr uint32_t kMaxDraws = 36;

/// Posts per user: 4,629 users in 10,000 rows, 3,339 with one post, 566 with two, 243, 144, 85, 53,
/// … 244.
constexpr uint32_t kExactSizes[] = {62, 95, 165, 268, 620};
constexpr GroupSizes kPostsPerUser{270, 0.686, kExactSizes};

constexpr uint32_t kYoungest = 20;
constexpr uint32_t kOldest = 60;

/// A value for each column of a user, minima of so many draws, in 2^32.
struct Minima {
  uint32_t first_name, last_name, age, joined, country, latitude, longitude, unused;
};

void lower(uint32_t& value, uint64_t drawn) {
  value = std::min(value, static_cast<uint32_t>(drawn));
}

Minima draw_minima(uint64_t key, uint32_t draws) {
  Noise noise(key);
  Minima m;
  m.first_name = m.last_name = m.age = m.joined = m.country = m.latitude = m.longitude = m.unused =
      UINT32_MAX;
  for (uint32_t i = 0; i < draws; ++i) {
    const uint64_t a = noise.next(), b = noise.next(), c = noise.next(), d = noise.next();
    lower(m.first_name, a);
    lower(m.last_name, a >> 32);
    lower(m.age, b);
    lower(m.joined, b >> 32);
    lower(m.country, c);
    lower(m.latitude, c >> 32);
    lower(m.longitude, d);
  }
  return m;
}

/// `value` of 2^32 as a number below `end`.
uint64_t scaled(uint32_t value, uint64_t end) { return (value * end) >> 32; }

template <class T>
const T& entry_at(const std::vector<T>& from, uint32_t value) {
  return from[scaled(value, from.size())];
}

/// Where the share of rows whose minimum lies lower reaches `share`, in 2^32.
uint32_t quantile_of(double share, const Groups& groups) {
  std::array<double, kMaxDraws + 1> rows{};  // by number of draws
  for (uint32_t g = 0; g < groups.count(); ++g) {
    rows[std::min(groups.size(g), kMaxDraws)] += groups.size(g);
  }
  const auto share_below = [&](double value) {
    double above = 0;
    double power = 1;
    for (uint32_t draws = 1; draws <= kMaxDraws; ++draws)
      above += rows[draws] * (power *= 1 - value);
    return 1 - above / kTableRows;
  };
  double low = 0, high = 1;
  for (int i = 0; i < 40; ++i) {
    const double middle = (low + high) / 2;
    (share_below(middle) < share ? low : high) = middle;
  }
  return static_cast<uint32_t>(std::min(high * 4294967296.0, 4294967295.0));
}

std::vector<uint32_t> ends_of(const std::vector<Country>& countries, const Groups& groups) {
  uint32_t total = 0;
  for (const auto& country : countries) total += country.weight;
  std::vector<uint32_t> ends;
  uint32_t so_far = 0;
  for (const auto& country : countries) {
    so_far += country.weight;
    ends.push_back(quantile_of(static_cast<double>(so_far) / total, groups));
  }
  ends.back() = UINT32_MAX;
  return ends;
}

}  // namespace

BuiltinUsers::BuiltinUsers(uint64_t table_seed)
    : words_(Vocabulary::builtin()),
      groups_(kTableRows, kPostsPerUser),
      shuffle_(kTableRows, key_of(table_seed, 1)),
      key_(key_of(table_seed, 2)),
      country_ends_(ends_of(words_.countries, groups_)) {}

void BuiltinUsers::get(Row row, User& user) const {
  static const int64_t first_joined = record::days_from_civil(2015, 10, 21) * record::kDaySeconds;
  static const int64_t joined_end = record::days_from_civil(2017, 10, 21) * record::kDaySeconds;
  const uint64_t table = row / kTableRows;
  const uint32_t group = groups_.of(shuffle_.at(static_cast<uint32_t>(row % kTableRows), table));
  const auto m =
      draw_minima(key_of(key_of(key_, table), group), std::min(groups_.size(group), kMaxDraws));
  user.first_name = entry_at(words_.first_names, m.first_name);
  user.last_name = entry_at(words_.last_names, m.last_name);
  user.age = kYoungest + static_cast<uint32_t>(scaled(m.age, kOldest - kYoungest + 1));
  user.joined = first_joined + static_cast<int64_t>(scaled(m.joined, joined_end - first_joined));
  user.country = country_at(m.country);
  write_degrees(static_cast<int64_t>(scaled(m.latitude, 1'800'000'000)) - 900'000'000,
                user.latitude);
  write_degrees(static_cast<int64_t>(scaled(m.longitude, 3'600'000'000)) - 1'800'000'000,
                user.longitude);
}

std::string_view BuiltinUsers::country_at(uint32_t quantile) const {
  const auto end = std::ranges::lower_bound(country_ends_, quantile);
  return words_.countries[end - country_ends_.begin()].name;
}

void write_degrees(int64_t ten_millionths, Degrees& to) {
  constexpr int64_t kNearest = 100'000;  // a hundredth of a degree
  uint64_t size = std::max(std::abs(ten_millionths), kNearest);
  uint64_t unit = 1;  // of the last of 6 digits
  while (size / unit >= 1'000'000) unit *= 10;
  size = (size + unit / 2) / unit * unit;
  if (size % 10'000'000 == 0) size -= unit;
  char digits[16];
  int at = sizeof digits;
  for (int decimal = 0; decimal < 7; ++decimal, size /= 10) {
    if (at < static_cast<int>(sizeof digits) || size % 10 != 0) {
      digits[--at] = static_cast<char>('0' + size % 10);
    }
  }
  digits[--at] = '.';
  do digits[--at] = static_cast<char>('0' + size % 10);
  while ((size /= 10) > 0);
  if (ten_millionths < 0) digits[--at] = '-';
  to.clear();
  to.append({digits + at, sizeof digits - at});
}

}  // namespace pinpipe::posts
