#include "posts/builtin/trending_source.h"

#include <algorithm>
#include <array>
#include <string>

#include "posts/builtin/noise.h"
#include "posts/builtin/shape.h"

namespace pinpipe::posts {
namespace {

/// `number` followers of a poster with `share` of 1000 posts: a fifth of all posts doubles them.
uint32_t risen(uint32_t number, uint32_t share) {
  return static_cast<uint32_t>(uint64_t{number} * (1000 + 5 * share) / 1000);
}

/// Whether a profile is one to follow: known to many, by a name that a table shows well.
bool is_candidate(const Poster& poster) {
  constexpr uint32_t kFewest = 10'000;
  constexpr size_t kShortest = 4, kLongest = 32;
  const auto name = poster.name.view();
  return poster.followers.number >= kFewest && name.size() >= kShortest &&
         name.size() <= kLongest && name.back() != ' ';
}

std::string_view field_of(TrendKind kind) {
  constexpr std::array<std::string_view, kTrendKinds> kFields{"poster_name", "category", "country"};
  return kFields[static_cast<size_t>(kind)];
}

void write_share(uint32_t of_1000, LineWriter& to) {
  to.put("0.");
  for (uint32_t unit = 100; of_1000 > 0; unit /= 10) {
    to.put(static_cast<char>('0' + of_1000 / unit));
    of_1000 %= unit;
  }
}

}  // namespace

/// What is trending at one time, ready to be drawn from.
class TrendingTable::InForce {
 public:
  explicit InForce(const TrendingTable& table) : table_(table) {}

  void move_to(int64_t second) {
    if (second >= begin_ && second < begin_ + Trends::kSteadySeconds) return;
    begin_ = second - second % Trends::kSteadySeconds;
    trends_.clear();
    table_.trends_.add_in_force(begin_, trends_);
    for (auto& ends : ends_) ends = 0;
    for (const auto& trend : trends_) ends_[static_cast<size_t>(trend.kind)] += trend.share;
  }

  /// The trend of `kind` that a post follows, if it does.
  const Trend* draw(TrendKind kind, Noise& noise) const {
    uint32_t drawn = noise.below(1000);
    if (drawn >= ends_[static_cast<size_t>(kind)]) return nullptr;
    for (const auto& trend : trends_) {
      if (trend.kind != kind) continue;
      if (drawn < trend.share) return &trend;
      drawn -= trend.share;
    }
    return nullptr;
  }

  /// The trend of the poster of this name, if it has one.
  const Trend* of_poster(std::string_view name) const {
    const auto found = std::ranges::find_if(trends_, [&](const Trend& trend) {
      return trend.kind == TrendKind::poster && table_.name_of(trend) == name;
    });
    return found == trends_.end() ? nullptr : &*found;
  }

 private:
  const TrendingTable& table_;
  int64_t begin_ = -Trends::kSteadySeconds;
  std::vector<Trend> trends_;
  std::array<uint32_t, kTrendKinds> ends_{};  // all shares of a kind
};

TrendingTable::TrendingTable(uint64_t table_seed, Spelling spelling, uint64_t seed,
                             const PostTimes& times)
    : table_(table_seed, spelling),
      times_(times),
      trends_(key_of(seed, 0)),
      key_(key_of(seed, 1)),
      order_(kTableRows, key_of(seed, 2)) {
  choose_posters(table_seed, Noise(key_of(seed, 3)));
  choose_countries(Noise(key_of(seed, 4)));
}

void TrendingTable::choose_posters(uint64_t table_seed, Noise noise) {
  const BuiltinPosters posters(table_seed);
  Poster poster;
  while (posters_.size() < kTrendingPosters) {
    posters.get(noise.below(kTableRows), poster);
    const auto same = [&](const Poster& other) { return other.name.view() == poster.name.view(); };
    if (is_candidate(poster) && std::ranges::none_of(posters_, same)) posters_.push_back(poster);
  }
}

void TrendingTable::choose_countries(Noise noise) {
  const auto& countries = Vocabulary::builtin().countries;
  while (countries_.size() < kTrendingCountries) {
    const auto name = pick(noise, countries).name;
    if (std::ranges::find(countries_, name) == countries_.end()) countries_.push_back(name);
  }
}

std::string_view TrendingTable::name_of(const Trend& trend) const {
  switch (trend.kind) {
    case TrendKind::poster:
      return posters_[trend.which].name.view();
    case TrendKind::category:
      return kCensus[trend.which].name;
    default:
      return countries_[trend.which];
  }
}

Result<size_t> TrendingTable::append_posts(std::span<const Row> posts, Buffer& to,
                                           std::vector<MissingRow>&) {
  InForce in_force(*this);
  Post post;
  for (const Row number : posts) {
    if (number >= times_.posts()) {
      return Error{"post " + std::to_string(number) + " is more than 200 years after the first"};
    }
    get(number, in_force, post);
    table_.append_post(post, to);
  }
  return posts.size();
}

void TrendingTable::get(Row number, InForce& in_force, Post& post) const {
  const int64_t second = times_.at(number);
  in_force.move_to(second);
  Noise noise(key_of(key_, number));
  const auto* category = in_force.draw(TrendKind::category, noise);
  const uint64_t table = number / kTableRows;
  const Row row = table * kTableRows + order_.at(static_cast<uint32_t>(number % kTableRows), table);
  table_.get(row, post, category ? &Vocabulary::builtin().categories[category->which] : nullptr);
  post.posted = second;
  if (const auto* country = in_force.draw(TrendKind::country, noise)) {
    post.user.country = name_of(*country);
  }
  if (!post.pin.scraped.account) return;
  auto& poster = post.pin.poster;
  const auto* trend = in_force.draw(TrendKind::poster, noise);
  if (trend != nullptr) {
    poster.name.clear();
    poster.name.append(name_of(*trend));
  } else {
    trend = in_force.of_poster(poster.name.view());  // a row of the table that has the same poster
  }
  if (trend == nullptr) return;
  poster.followers =
      written_as_in_tables(risen(posters_[trend->which].followers.number, trend->share));
}

void TrendingTable::append_trends(int64_t begin, int64_t end, bool in_force, Buffer& to) const {
  std::vector<Trend> trends;
  if (in_force) {
    trends_.add_in_force(begin, trends);
    std::erase_if(trends, [begin](const Trend& trend) { return trend.from == begin; });
    std::ranges::sort(trends, {}, place_in_list);
  }
  trends_.add_beginning(begin, end, trends);
  for (const auto& trend : trends) append_trend(trend, to);
}

void TrendingTable::append_trend(const Trend& trend, Buffer& to) const {
  const auto name = name_of(trend);
  LineWriter line(to.room(6 * name.size() + 256));
  line.put("{\"kind\":\"").put(field_of(trend.kind)).put("\",\"name\":").quoted(name);
  line.put(",\"from\":").timestamp(trend.from, 'T').put(",\"to\":").timestamp(trend.to, 'T');
  line.put(",\"share\":");
  write_share(trend.share, line);
  line.put("}\n");
  to.grew(static_cast<size_t>(line.end() - (to.data() + to.size())));
}

}  // namespace pinpipe::posts
