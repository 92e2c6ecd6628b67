#include "posts/builtin/source.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <thread>

#include "base/utf8.h"
#include "json/scanner.h"
#include "record/records.h"
#include "record/schema.h"

namespace pinpipe::posts {
namespace {

std::string posts_of(BuiltinTable& table, const std::vector<Row>& rows) {
  Buffer buffer;
  std::vector<MissingRow> missing;
  EXPECT_TRUE(table.append_posts(rows, buffer, missing).ok());
  EXPECT_TRUE(missing.empty());
  return std::string(buffer.view());
}

std::vector<Row> rows_from(Row first, Row count) {
  std::vector<Row> rows(count);
  for (Row i = 0; i < count; ++i) rows[i] = first + i;
  return rows;
}

/// Calls `visit(post)` for each row of a table.
template <class Visit>
void each_post(const BuiltinTable& table, Row first, Visit visit) {
  Post post;
  for (Row row = first; row < first + kTableRows; ++row) {
    table.get(row, post);
    visit(post);
  }
}

void expect_schema(const std::string& line, bool clean) {
  json::Scanner scanner{record::kFieldIds};
  json::Members members;
  const auto status = scanner.object(line, members);
  ASSERT_TRUE(status.ok()) << status.error().what << line;
  const auto records = record::find_records(members);
  for (const auto dataset : record::kDatasets) {
    const auto& view = records[dataset];
    ASSERT_TRUE(view.present);
    const auto schema = clean ? record::clean_schema(dataset) : record::raw_schema(dataset);
    size_t at = 0;
    members.each(view.begin, view.end, [&](const json::Member& member, uint32_t) {
      ASSERT_LT(at, schema.size());
      EXPECT_EQ(member.key, schema[at++].name);
    });
    EXPECT_EQ(at, schema.size());
  }
}

TEST(BuiltinTable, WritesTheRawSchemaAndTheCleanOne) {
  for (const auto spelling : {Spelling::raw, Spelling::clean}) {
    BuiltinTable table(150, spelling);
    std::string_view lines;
    const auto posts = posts_of(table, rows_from(0, kTableRows));
    size_t count = 0;
    for (lines = posts; !lines.empty(); ++count) {
      const size_t end = lines.find('\n');
      ASSERT_NE(end, lines.npos);
      expect_schema(std::string(lines.substr(0, end)), spelling == Spelling::clean);
      lines.remove_prefix(end + 1);
    }
    EXPECT_EQ(count, kTableRows);
  }
}

TEST(BuiltinTable, IsAFunctionOfSeedAndRow) {
  BuiltinTable one(1), again(1), other(2);
  const std::vector<Row> rows{5, 900'000'000'000, 5, 11153, 0};
  const auto posts = posts_of(one, rows);
  EXPECT_EQ(posts, posts_of(again, rows));
  EXPECT_NE(posts, posts_of(other, rows));
  std::string one_by_one;
  for (const Row row : rows) one_by_one += posts_of(again, {row});
  EXPECT_EQ(posts, one_by_one);
}

TEST(BuiltinTable, IsTheSameFromManyThreads) {
  BuiltinTable table(150);
  const auto rows = rows_from(3000, 2000);
  const auto posts = posts_of(table, rows);
  std::vector<std::string> made(4);
  std::vector<std::thread> threads;
  for (auto& mine : made) threads.emplace_back([&] { mine = posts_of(table, rows); });
  for (auto& thread : threads) thread.join();
  for (const auto& mine : made) EXPECT_TRUE(mine == posts);
}

TEST(BuiltinTable, HasTheCensusInEveryTable) {
  const BuiltinTable table(150);
  for (const Row first : {Row{0}, Row{kTableRows} * 77}) {
    std::map<std::string_view, uint32_t> categories;
    std::map<Media, int> media;
    int without_title = 0, without_tags = 0, without_image = 0, empty = 0, untitled = 0;
    each_post(table, first, [&](const Post& post) {
      const auto& scraped = post.pin.scraped;
      ++categories[post.pin.category->name];
      ++media[scraped.media];
      without_title += !scraped.account;
      without_tags += !scraped.tags;
      without_image += !scraped.image_src;
      empty += post.pin.titled == Pin::Titled::empty;
      untitled += post.pin.titled == Pin::Titled::untitled;
    });
    for (const auto& [name, rows] : kCensus) EXPECT_EQ(categories[name], rows) << name;
    EXPECT_EQ(media[Media::image], 9920);
    EXPECT_EQ(media[Media::story], 895);
    EXPECT_EQ(media[Media::video], 332);
    EXPECT_EQ(media[Media::unknown], 7);
    EXPECT_EQ(without_title, 88);
    EXPECT_EQ(without_tags, 171);
    EXPECT_EQ(without_image, 323 + 7);
    EXPECT_GT(empty, 0);
    EXPECT_GT(untitled, 0);
  }
}

TEST(BuiltinTable, TextsKeepWithinTheirLimits) {
  const BuiltinTable table(150);
  std::vector<size_t> titles;
  int cut = 0, described = 0, nine_tags = 0, tagged = 0;
  each_post(table, 0, [&](const Post& post) {
    const auto& pin = post.pin;
    const size_t title = count_code_points(pin.title.view());
    EXPECT_LE(title, kLongestTitle);
    if (pin.scraped.account && pin.titled == Pin::Titled::yes) titles.push_back(title);
    EXPECT_LE(count_code_points(pin.description.view()), kLongestDescription);
    EXPECT_EQ(pin.description.empty(), !pin.scraped.description);
    described += pin.scraped.description;
    cut += pin.description.view().find("\u2026") != std::string_view::npos;
    tagged += pin.scraped.tags;
    nine_tags += std::ranges::count(pin.tags.view(), ',') == 8;
    EXPECT_EQ(pin.tags.empty(), !pin.scraped.tags);
  });
  std::ranges::sort(titles);
  EXPECT_NEAR(static_cast<double>(titles[titles.size() / 2]), 50, 6);
  EXPECT_EQ(titles.back(), kLongestTitle);
  EXPECT_NEAR(100.0 * cut / described, 37, 3);
  EXPECT_NEAR(100.0 * nine_tags / tagged, 98, 1);
}

TEST(BuiltinTable, UsersAreSkewedAndStayWhereTheyAre) {
  const BuiltinTable table(150);
  using Who = std::tuple<std::string, std::string, uint32_t, int64_t>;
  std::map<Who, int> posts;
  std::map<Who, std::string> places;
  each_post(table, 0, [&](const Post& post) {
    const auto& user = post.user;
    const Who who{user.first_name, user.last_name, user.age, user.joined};
    const std::string place = std::string(user.latitude.view()) + ' ' +
                              std::string(user.longitude.view()) + ' ' + std::string(user.country);
    ++posts[who];
    EXPECT_EQ(places.emplace(who, place).first->second, place);
    EXPECT_GE(user.age, 20u);
    EXPECT_LE(user.age, 60u);
    EXPECT_GT(post.posted, user.joined);
  });
  int most = 0, single = 0;
  for (const auto& [who, count] : posts) {
    most = std::max(most, count);
    single += count == 1;
  }
  EXPECT_EQ(most, 270);
  EXPECT_NEAR(static_cast<double>(posts.size()), 5050, 150);
  EXPECT_NEAR(single, 3600, 150);
}

TEST(BuiltinTable, APosterHasOneFollowerCountAcrossTables) {
  const BuiltinTable table(150);
  std::map<std::string, std::string> followers;
  for (Row table_number = 0; table_number < 10; ++table_number) {
    each_post(table, table_number * kTableRows, [&](const Post& post) {
      if (!post.pin.scraped.account) return;
      const auto& poster = post.pin.poster;
      const std::string count(poster.followers.written.view());
      EXPECT_EQ(followers.emplace(poster.name.view(), count).first->second, count)
          << poster.name.view();
    });
  }
}

TEST(Followers, HaveTheQuantilesOfTheTables) {
  const std::pair<uint32_t, std::string_view> kQuantiles[] = {
      {0, "1"},       {500, "30"},    {1000, "186"}, {2500, "3k"}, {5000, "31k"},
      {7500, "209k"}, {9000, "942k"}, {9500, "2M"},  {9900, "5M"}, {9999, "15M"}};
  for (const auto& [share, written] : kQuantiles) {
    const auto followers = followers_at(share, 10'000);
    EXPECT_EQ(followers.written.view(), written);
    const auto unit = written.back() == 'k' ? 1000u : written.back() == 'M' ? 1000'000u : 1u;
    EXPECT_EQ(followers.number, static_cast<uint32_t>(std::stoul(std::string(written))) * unit);
  }
}

TEST(Degrees, AreWrittenAsFloatColumnsPrintThem) {
  const std::pair<int64_t, std::string_view> kDegrees[] = {{-899'999'999, "-89.9999"},
                                                           {898'312'345, "89.8312"},
                                                           {-1'799'112'345, "-179.911"},
                                                           {12'345'678, "1.23457"},
                                                           {1'234'567, "0.123457"},
                                                           {123'456, "0.0123456"},
                                                           {-5, "-0.01"},
                                                           {455'000'000, "45.5"},
                                                           {450'000'000, "44.9999"},
                                                           {0, "0.01"},
                                                           {-1'000'000'000, "-99.999"},
                                                           {1'700'000'000, "169.999"}};
  for (const auto& [value, written] : kDegrees) {
    Degrees degrees;
    write_degrees(value, degrees);
    EXPECT_EQ(degrees.view(), written);
  }
}

}  // namespace
}  // namespace pinpipe::posts
