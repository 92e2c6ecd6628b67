// What is folded is what a plain reckoning over the first records gives, however the records come:
// whole, apart, twice, in any order, in batches of any size, in panes that are merged.
#include "query/pane.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "query/extract.h"

namespace pinpipe::query {
namespace {

using record::Dataset;

constexpr const char* kCountries[] = {"Peru", "Chad", "Fiji", "Peru \\u00e9"};
constexpr const char* kCategories[] = {"art", "beauty", "diy"};

/// A post as a plain reckoning knows it.
struct Known {
  std::optional<std::string> category, country, poster;
  std::optional<int64_t> followers, age;
  Datasets datasets = 0;
};
using KnownPosts = std::map<int64_t, Known>;

struct Line {
  int64_t ind;
  Datasets datasets;
  Known values;
  std::string text;
};

std::string json_of(const std::optional<std::string>& text) {
  return text ? "\"" + *text + "\"" : "null";
}
std::string json_of(const std::optional<int64_t>& number) {
  return number ? std::to_string(*number) : "null";
}

class Random {
 public:
  explicit Random(unsigned seed) : random_(seed) {}
  unsigned below(unsigned n) { return static_cast<unsigned>(random_() % n); }
  template <class T, size_t n>
  std::optional<std::string> text(const T (&of)[n]) {
    const unsigned i = below(n + 1);
    return i == n ? std::nullopt : std::optional<std::string>(of[i]);
  }
  std::optional<int64_t> number(int64_t most) {
    if (below(6) == 0) return std::nullopt;
    return static_cast<int64_t>(below(static_cast<unsigned>(most)));
  }

 private:
  std::mt19937 random_;
};

/// Some datasets of one post: of a whole one, or one of them bare.
Line line_of(Random& random) {
  Line line{static_cast<int64_t>(random.below(60)) - 5, 0, {}, {}};
  if (random.below(20) == 0) line.ind += int64_t{1} << 40;
  line.datasets = random.below(2) == 0 ? kAllDatasets : static_cast<Datasets>(1 + random.below(7));
  Known& values = line.values;
  values.category = random.text(kCategories);
  values.country = random.text(kCountries);
  values.poster = "p" + std::to_string(random.below(5));
  values.followers = random.number(20);
  values.age = random.number(70);
  const std::string ind = std::to_string(line.ind);
  std::string text;
  if ((line.datasets & 1) != 0) {
    text += R"("pin":{"ind":)" + ind + R"(,"category":)" + json_of(values.category) +
            R"(,"poster_name":)" + json_of(values.poster) + R"(,"follower_count":)" +
            json_of(values.followers) + "},";
  }
  if ((line.datasets & 2) != 0) {
    text += R"("geo":{"ind":)" + ind + R"(,"country":)" + json_of(values.country) + "},";
  }
  if ((line.datasets & 4) != 0) {
    text += R"("user":{"ind":)" + ind + R"(,"age":)" + json_of(values.age) + "},";
  }
  text.back() = '}';
  line.text = "{" + text;
  return line;
}

void learn(const Line& line, KnownPosts& posts) {
  Known& known = posts[line.ind];
  const auto fresh = static_cast<Datasets>(line.datasets & ~known.datasets);
  if ((fresh & 1) != 0) {
    known.category = line.values.category;
    known.poster = line.values.poster;
    known.followers = line.values.followers;
  }
  if ((fresh & 2) != 0) {
    known.country = line.values.country;
    if (known.country == kCountries[3]) known.country = "Peru é";
  }
  if ((fresh & 4) != 0) known.age = line.values.age;
  known.datasets = static_cast<Datasets>(known.datasets | fresh);
}

/// count, sum:follower_count, median:follower_count, mode:category,
/// argmax:poster_name:follower_count, distinct:category+poster_name by country, of posts that have
/// all that this needs.
std::vector<Row> reckoned(const KnownPosts& posts, Datasets needs) {
  struct OfCountry {
    int64_t count = 0;
    std::vector<int64_t> followers;
    std::map<std::string, int64_t> categories;
    std::map<int64_t, std::set<std::string>> posters;
    std::set<std::pair<std::optional<std::string>, std::optional<std::string>>> pairs;
  };
  std::map<std::string, OfCountry> countries;
  for (const auto& [ind, post] : posts) {
    if ((post.datasets & needs) != needs || !post.country) continue;
    OfCountry& of = countries[*post.country];
    ++of.count;
    if (post.followers) of.followers.push_back(*post.followers);
    if (post.category) ++of.categories[*post.category];
    if (post.followers) of.posters[*post.followers].insert(*post.poster);
    of.pairs.insert({post.category, post.poster});
  }
  std::vector<Row> rows;
  for (auto& [country, of] : countries) {
    std::ranges::sort(of.followers);
    Integer sum = 0;
    for (const int64_t value : of.followers) sum += value;
    int64_t most = 0;
    for (const auto& [category, count] : of.categories) most = std::max(most, count);
    std::vector<std::pair<Value, Value>> modes;
    for (const auto& [category, count] : of.categories) {
      if (count == most) modes.push_back({category, Integer{count}});
    }
    if (modes.empty()) modes.emplace_back();
    std::vector<std::pair<Value, Value>> posters;
    if (!of.posters.empty()) {
      const auto& [followers, names] = *of.posters.rbegin();
      for (const auto& name : names) posters.push_back({name, Integer{followers}});
    }
    if (posters.empty()) posters.emplace_back();
    const bool has_values = !of.followers.empty();
    for (const auto& mode : modes) {
      for (const auto& poster : posters) {
        rows.push_back(
            {country, Integer{of.count}, has_values ? Value(sum) : Value(),
             has_values ? Value(Integer{of.followers[(of.followers.size() - 1) / 2]}) : Value(),
             mode.first, mode.second, poster.first, poster.second, Integer{of.pairs.size()}});
      }
    }
  }
  std::ranges::sort(rows);
  return rows;
}

Integer users_of(const KnownPosts& posts) {
  return std::ranges::count_if(posts, [](const auto& post) { return post.second.age.has_value(); });
}

std::vector<Plan> plans_of_test() {
  std::vector<Plan> plans(3);
  plans[0].keys = parse_keys("country").value();
  for (const char* metric :
       {"count", "sum:follower_count", "median:follower_count", "mode:category",
        "argmax:poster_name:follower_count", "distinct:category+poster_name"}) {
    plans[0].metrics.push_back(parse_metric(metric).value());
  }
  plans[1].metrics = {parse_metric("count").value()};
  plans[1].conditions = {parse_condition("age!=null").value()};
  plans[2].metrics = {parse_metric("count").value()};
  for (Plan& plan : plans) name_columns(plan);
  return plans;
}

void expect_reckoned(const std::vector<Answer>& answers, const KnownPosts& posts, unsigned seed) {
  EXPECT_EQ(answers[0].rows, reckoned(posts, 3)) << seed;
  const Integer users = users_of(posts);
  EXPECT_EQ(answers[1].rows, users == 0 ? std::vector<Row>() : std::vector<Row>{{users}}) << seed;
  EXPECT_EQ(answers[2].rows, std::vector<Row>{{Integer{posts.size()}}}) << seed;
}

TEST(Pane, FoldsWhatAPlainReckoningGives) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    Random random(seed);
    const auto plans = plans_of_test();
    const Program program(plans);
    Pane pane(program);
    KnownPosts posts;
    for (unsigned batches = 1 + random.below(8); batches > 0; --batches) {
      Extractor extractor(program);
      ExtractedBatch batch;
      std::deque<std::string> texts;
      for (unsigned lines = random.below(40) + 1; lines > 0; --lines) {
        const Line line = line_of(random);
        learn(line, posts);
        ASSERT_TRUE(extractor.line(texts.emplace_back(line.text), batch).ok()) << line.text;
      }
      const size_t half = batch.posts.size() / 2;
      pane.add(batch, 0, half);
      if (random.below(3) == 0) pane.answers(UINT64_MAX).value();  // asking changes nothing
      pane.add(batch, half, batch.posts.size() - half);
    }
    expect_reckoned(pane.answers(UINT64_MAX).value(), posts, seed);
    if (HasFailure()) return;
  }
}

TEST(Pane, MergesWithOthersAsIfTheirPostsWereItsOwn) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    Random random(seed);
    const auto plans = plans_of_test();
    const Program program(plans);
    Folds folds(program);
    KnownPosts posts;
    for (int64_t pane_number = 0; pane_number < 3; ++pane_number) {
      Pane pane(program);
      Extractor extractor(program);
      ExtractedBatch batch;
      std::deque<std::string> texts;
      for (unsigned lines = random.below(40) + 1; lines > 0; --lines) {
        Line line = line_of(random);
        ASSERT_TRUE(extractor.line(texts.emplace_back(line.text), batch).ok());
        line.ind += pane_number * 1000;  // the first of an `ind` counts in each pane
        learn(line, posts);
      }
      pane.add(batch, 0, batch.posts.size());
      pane.fold_into(folds);
    }
    expect_reckoned(folds.answers(UINT64_MAX).value(), posts, seed);
    if (HasFailure()) return;
  }
}

TEST(Pane, CountsFirstsDuplicatesAndJoined) {
  const auto plans = plans_of_test();
  const Program program(plans);
  Pane pane(program);
  Extractor extractor(program);
  ExtractedBatch batch;
  for (const char* line :
       {R"({"ind":1,"category":"a"})", R"({"ind":1,"country":"b"})", R"({"ind":1,"category":"c"})",
        R"({"pin":{"ind":2},"geo":{"ind":2},"user":{"ind":2}})",
        R"({"pin":{"ind":2},"geo":{"ind":2},"user":{"ind":2}})", R"({"ind":3,"age":1})"}) {
    ASSERT_TRUE(extractor.line(line, batch).ok());
  }
  pane.add(batch, 0, batch.posts.size());
  const PostCounts counts = pane.counts();
  EXPECT_EQ(counts.distinct, (std::array<uint64_t, 3>{2, 2, 2}));
  EXPECT_EQ(counts.duplicates, (std::array<uint64_t, 3>{2, 1, 1}));
  EXPECT_EQ(counts.pin_geo, 2u);
  EXPECT_EQ(counts.pin_user, 1u);
  EXPECT_EQ(counts.pin_geo_user, 1u);
  EXPECT_EQ(pane.apart(), 1u);
}

TEST(Pane, SaysWhenAnAnswerWouldTakeTooMuch) {
  const auto plans = plans_of_test();
  const Program program(plans);
  Pane pane(program);
  Extractor extractor(program);
  ExtractedBatch batch;
  ASSERT_TRUE(extractor.line(R"({"pin":{"ind":1},"geo":{"ind":1,"country":"x"}})", batch).ok());
  pane.add(batch, 0, 1);
  EXPECT_EQ(pane.answers(100).error().what, "no room for the 1 rows of an answer");
  const MemoryCeiling ceiling{1024, 0};
  EXPECT_FALSE(ceiling.check(pane, 0, batch).ok());
}

}  // namespace
}  // namespace pinpipe::query
