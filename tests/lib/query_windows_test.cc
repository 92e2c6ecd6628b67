// A window says what the same question says of its lines alone, whatever the blocks they come in; a
// run that is cut short and goes on from what it kept says the same; changes add up to the answer.
#include "query/windows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "query/emission.h"
#include "query/extract.h"

namespace pinpipe::query {
namespace {

constexpr MemoryCeiling kNoCeiling{UINT64_MAX, 0};

unsigned below(std::mt19937& random, unsigned n) { return static_cast<unsigned>(random() % n); }

struct Timed {
  int64_t second;
  std::string text;
};

/// Posts and bare records at times that mostly go on, with some behind.
std::vector<Timed> lines_of(std::mt19937& random) {
  std::vector<Timed> lines;
  int64_t now = -50;
  for (unsigned count = 20 + below(random, 120); count > 0; --count) {
    now += below(random, 4);
    const int64_t second = now - (below(random, 5) == 0 ? below(random, 40) : 0);
    const std::string ind = std::to_string(below(random, 30));
    const std::string pin = R"("pin":{"ind":)" + ind + R"(,"category":"c)" +
                            std::to_string(below(random, 3)) + R"(","follower_count":)" +
                            std::to_string(below(random, 5)) + "}";
    const std::string geo =
        R"("geo":{"ind":)" + ind + R"(,"country":"k)" + std::to_string(below(random, 4)) + "\"}";
    const unsigned kind = below(random, 4);
    const std::string records = kind == 0 ? pin : kind == 1 ? geo : pin + "," + geo;
    lines.push_back({second, "{" + records + R"(,"t":")" + time_text(second * 1'000'000) + "\"}"});
  }
  return lines;
}

std::vector<Plan> plans_of_test() {
  std::vector<Plan> plans(3);
  plans[0].keys = parse_keys("country").value();
  for (const char* metric : {"count", "median:follower_count", "mode:category", "distinct:ind",
                             "min:category", "distinct:category+follower_count"}) {
    plans[0].metrics.push_back(parse_metric(metric).value());
  }
  plans[1].keys = parse_keys("category,follower_count").value();
  plans[1].metrics = {parse_metric("count").value(),
                      parse_metric("argmax:category:follower_count").value(),
                      parse_metric("mean:follower_count").value()};
  plans[2].metrics = {parse_metric("count").value()};
  for (Plan& plan : plans) name_columns(plan);
  return plans;
}

using Said = std::map<std::optional<int64_t>, std::vector<std::vector<Row>>>;

/// A run over lines, as tools/query does it.
class WindowRun {
 public:
  WindowRun(std::optional<WindowSpan> span, int64_t late_s)
      : plans_(plans_of_test()),
        program_(plans_, TimeField{"t", std::nullopt}),
        windows_(program_, span, late_s * 1'000'000, kNoCeiling) {}

  void read(const std::vector<Timed>& lines, size_t begin, size_t end, std::mt19937& random) {
    while (begin < end) {
      const size_t count = std::min<size_t>(end - begin, 1 + below(random, 20));
      Extractor extractor(program_);
      ExtractedBatch batch;
      for (size_t i = begin; i < begin + count; ++i) {
        ASSERT_TRUE(extractor.line(lines[i].text, batch).ok()) << lines[i].text;
      }
      add(batch, begin);
      begin += count;
    }
  }
  void end() { ASSERT_TRUE(windows_.close_all(taking()).ok()); }
  Said snapshot() const {
    Said now;
    EXPECT_TRUE(windows_
                    .snapshot([&](const Windows::Window& window) -> Status {
                      for (const Answer& answer : window.answers) {
                        now[window.start_us].push_back(answer.rows);
                      }
                      return {};
                    })
                    .ok());
    return now;
  }
  Windows& windows() { return windows_; }

  Said said;
  std::vector<size_t> late;  ///< lines

 private:
  Windows::OnWindow taking() {
    return [this](const Windows::Window& window) -> Status {
      EXPECT_FALSE(said.contains(window.start_us)) << "a window closes once";
      for (const Answer& answer : window.answers) said[window.start_us].push_back(answer.rows);
      return {};
    };
  }
  void add(const ExtractedBatch& batch, size_t line) {
    for (size_t i = 0; i < batch.posts.size(); ++i, ++line) {
      const int64_t time = batch.posts[i].time_us;
      if (windows_.late_by(time)) {
        late.push_back(line);
        continue;
      }
      ASSERT_TRUE(windows_.add(batch, i, 1, time).ok());
      ASSERT_TRUE(windows_.advance(time, taking()).ok());
    }
  }

  std::vector<Plan> plans_;
  Program program_;
  Windows windows_;
};

/// What the question without a window says of some lines.
std::vector<std::vector<Row>> plainly(const std::vector<Timed>& lines,
                                      const std::vector<size_t>& which) {
  std::mt19937 random(1);
  WindowRun run(std::nullopt, 0);
  std::vector<Timed> kept;
  for (const size_t i : which) kept.push_back(lines[i]);
  run.read(kept, 0, kept.size(), random);
  run.end();
  return run.said.begin()->second;
}

int64_t floored(int64_t value, int64_t step) {
  return value >= 0 ? value / step * step : -((-value + step - 1) / step) * step;
}

TEST(Windows, ATumblingOneSaysWhatItsLinesSay) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    std::mt19937 random(seed);
    const auto lines = lines_of(random);
    const int64_t size = 1 + below(random, 20);
    WindowRun run(WindowSpan{size * 1'000'000, size * 1'000'000}, below(random, 3) * 10);
    run.read(lines, 0, lines.size(), random);
    run.end();
    std::map<int64_t, std::vector<size_t>> of_windows;
    for (size_t i = 0; i < lines.size(); ++i) {
      const bool is_late = std::ranges::find(run.late, i) != run.late.end();
      if (!is_late) of_windows[floored(lines[i].second, size)].push_back(i);
    }
    ASSERT_EQ(run.said.size(), of_windows.size()) << seed;
    for (const auto& [start, which] : of_windows) {
      EXPECT_EQ(run.said[start * 1'000'000], plainly(lines, which)) << seed << " " << start;
    }
    if (HasFailure()) return;
  }
}

TEST(Windows, ALateLineIsOneWhoseWindowHasClosed) {
  const std::vector<Timed> lines = [] {
    std::vector<Timed> made;
    for (const int64_t second : {0, 9, 12, 3, 20, 14, 9, 21, 4}) {
      made.push_back({second, R"({"pin":{"ind":1},"t":")" + time_text(second * 1'000'000) + "\"}"});
    }
    return made;
  }();
  const auto late_of = [&](WindowSpan span, int64_t late_s) {
    std::mt19937 random(1);
    WindowRun run(span, late_s);
    run.read(lines, 0, lines.size(), random);
    return run.late;
  };
  constexpr int64_t kSecond = 1'000'000;
  EXPECT_EQ(late_of({10 * kSecond, 10 * kSecond}, 0), (std::vector<size_t>{3, 5, 6, 8}));
  EXPECT_EQ(late_of({10 * kSecond, 10 * kSecond}, 2), (std::vector<size_t>{3, 6, 8}));
  EXPECT_EQ(late_of({10 * kSecond, 10 * kSecond}, 12), (std::vector<size_t>{}));
  EXPECT_EQ(late_of({20 * kSecond, 10 * kSecond}, 0), (std::vector<size_t>{6, 8}));
}

TEST(Windows, AHoppingOneIsTheSumOfItsSteps) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    std::mt19937 random(seed);
    const auto lines = lines_of(random);
    const int64_t step = 1 + below(random, 8);
    const int64_t size = step * (2 + below(random, 4));
    WindowRun run(WindowSpan{size * 1'000'000, step * 1'000'000}, 1000);
    run.read(lines, 0, lines.size(), random);
    run.end();
    ASSERT_TRUE(run.late.empty());
    // Counts of posts: the first of an `ind` counts in each step.
    std::map<int64_t, std::vector<size_t>> of_steps;
    for (size_t i = 0; i < lines.size(); ++i) of_steps[floored(lines[i].second, step)].push_back(i);
    std::map<int64_t, Integer> counts;
    for (const auto& [start, which] : of_steps) {
      const Integer count = std::get<Integer>(plainly(lines, which)[2][0][0]);
      for (int64_t window = start - size + step; window <= start; window += step) {
        counts[window] += count;
      }
    }
    ASSERT_EQ(run.said.size(), counts.size()) << seed;
    for (const auto& [start, count] : counts) {
      EXPECT_EQ(run.said[start * 1'000'000][2], std::vector<Row>{{count}}) << seed << " " << start;
    }
    if (HasFailure()) return;
  }
}

TEST(Windows, GoOnFromWhatWasKept) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    std::mt19937 random(seed);
    const auto lines = lines_of(random);
    std::optional<WindowSpan> span;
    if (below(random, 4) != 0) {
      const int64_t step = 1 + below(random, 8);
      span = WindowSpan{step * 1'000'000 * (1 + below(random, 3)), step * 1'000'000};
    }
    WindowRun whole(span, 20);
    whole.read(lines, 0, lines.size(), random);
    whole.end();

    const size_t cut = below(random, static_cast<unsigned>(lines.size()));
    WindowRun first(span, 20);
    first.read(lines, 0, cut, random);
    ArchiveWriter kept;
    kept(first.windows());
    WindowRun second(span, 20);
    ArchiveReader reader(kept.bytes());
    reader(second.windows());
    ASSERT_TRUE(reader.ok() && reader.at_end()) << seed;
    second.read(lines, cut, lines.size(), random);
    second.end();

    Said said = first.said;
    for (auto& [start, rows] : second.said) said[start] = rows;
    EXPECT_EQ(said, whole.said) << seed;
    EXPECT_EQ(first.windows().counts().distinct[0] <= second.windows().counts().distinct[0], true);
    EXPECT_EQ(second.windows().counts().duplicates, whole.windows().counts().duplicates) << seed;
    if (HasFailure()) return;
  }
}

TEST(Windows, WhatWasKeptIsNotReadPastItsEnd) {
  std::mt19937 random(7);
  const auto lines = lines_of(random);
  WindowRun run(WindowSpan{20'000'000, 10'000'000}, 20);
  run.read(lines, 0, lines.size(), random);
  ArchiveWriter kept;
  kept(run.windows());
  for (size_t size = 0; size < kept.bytes().size(); size += 1 + size / 50) {
    WindowRun other(WindowSpan{20'000'000, 10'000'000}, 20);
    ArchiveReader reader(std::string_view(kept.bytes()).substr(0, size));
    reader(other.windows());
    EXPECT_FALSE(reader.ok()) << size;
  }
}

TEST(Emission, ChangesAddUpToTheAnswer) {
  for (unsigned seed = 0; seed < 30; ++seed) {
    std::mt19937 random(seed);
    const auto lines = lines_of(random);
    WindowRun run(std::nullopt, 0);
    Emission emission(Emit::changes, false);
    std::vector<std::map<Row, int>> sums(3);
    for (size_t begin = 0; begin < lines.size();) {
      const size_t count = std::min<size_t>(lines.size() - begin, 1 + below(random, 10));
      run.read(lines, begin, begin + count, random);
      begin += count;
      ASSERT_TRUE(run.windows()
                      .snapshot([&](Windows::Window window) -> Status {
                        emission.add(std::move(window));
                        return {};
                      })
                      .ok());
      if (below(random, 4) == 0) {  // a run that goes on
        ArchiveWriter kept;
        kept(emission);
        Emission again(Emit::changes, false);
        ArchiveReader reader(kept.bytes());
        reader(again);
        ASSERT_TRUE(reader.ok() && reader.at_end());
        const auto taken = emission.take();
        emission = std::move(again);
        for (size_t i = 0; i < taken.size(); ++i) {
          for (Row row : taken[i].rows) {
            const auto diff = static_cast<int>(std::get<Integer>(row.back()));
            row.pop_back();
            sums[i][row] += diff;
          }
        }
      }
      const auto taken = emission.take();
      for (size_t i = 0; i < taken.size(); ++i) {
        for (Row row : taken[i].rows) {
          const auto diff = static_cast<int>(std::get<Integer>(row.back()));
          row.pop_back();
          sums[i][row] += diff;
        }
      }
      const auto now = run.snapshot().begin()->second;
      for (size_t i = 0; i < now.size(); ++i) {
        std::vector<Row> sum;
        for (const auto& [row, times] : sums[i]) {
          EXPECT_TRUE(times == 0 || times == 1);
          if (times == 1) sum.push_back(row);
        }
        auto rows = now[i];
        std::ranges::sort(rows);
        ASSERT_EQ(sum, rows) << seed << " " << i;
      }
    }
  }
}

TEST(TimeText, IsThatOfTimestamps) {
  EXPECT_EQ(time_text(0), "1970-01-01T00:00:00");
  EXPECT_EQ(time_text(-1), "1969-12-31T23:59:59.999999");
  EXPECT_EQ(time_text(1'500'000), "1970-01-01T00:00:01.5");
  EXPECT_EQ(time_text(253402300799000000), "9999-12-31T23:59:59");
  EXPECT_EQ(time_text(253402300800000000), "10000-01-01T00:00:00");
}

}  // namespace
}  // namespace pinpipe::query
