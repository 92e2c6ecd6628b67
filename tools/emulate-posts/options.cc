#include "options.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <utility>

#include "base/suggest.h"
#include "record/values.h"

namespace pinpipe {
namespace {

// Of the tables 1 to 160 the one whose countries, ages and followers are counted closest to those
// of the course tables: a few heavy users decide much.
constexpr uint64_t kDefaultTableSeed = 150;

constexpr double kMaxRate = 1e9;  // posts a second; more is a slip of the hand

constexpr uint64_t kDayNs = record::kDaySeconds * posts::PostTimes::kSecondNs;
constexpr uint64_t kMaxPerDay = kDayNs;
constexpr uint64_t kDefaultPerDay = 1'000'000;
constexpr std::string_view kDefaultFrom = "2022-12-01";
constexpr double kLongestStepNs = 1e18;  // 31 years: a slip of the hand
constexpr int kFirstYear = 2018;         // by then all users of the table had joined
constexpr int kLastYear = 2999;          // later is a slip of the hand

constexpr std::array<std::pair<std::string_view, posts::Order>, 2> kOrders{
    {{"random", posts::Order::random}, {"sequential", posts::Order::sequential}}};

void declare_source(cli::Flags& flags, EmulateFlags& to) {
  flags.text("--source", to.source, "SOURCE",
             "Take posts from builtin, a FILE or mariadb://HOST/DATABASE. builtin, the default, is "
             "the table that is built in; FILE or -, a pool of posts as NDJSON; "
             "mariadb://[USER@]HOST[:PORT]/DATABASE or mysql://…, the "
             "tables pinterest_data, geolocation_data and user_data.");
  flags.input_file("--defaults-file", to.defaults_file,
                   "Read how to connect from FILE rather than the client's option files: user, "
                   "password, TLS.");
  flags.count("--table-seed", to.table_seed, {},
              "Make the built-in table number N: same shape, other posts (default 150).");
  flags.flag("--truth", to.truth,
             "Print the clean posts of the built-in table: what a perfect cleaner makes of the "
             "same rows.");
  flags.flag("--now", to.now,
             "Stamp geo.timestamp with the current time, UTC. With --trends, begin at it.");
}

void declare_trends(cli::Flags& flags, EmulateFlags& to) {
  flags.flag("--trends", to.trends,
             "Let profiles, categories and countries rise and fall, over minutes, hours and "
             "months. Each post is then a new row of the built-in table, and geo.timestamp the "
             "time at which it is posted. --seed says who rises.");
  flags.flag("--list-trends", to.list_trends,
             "Print who rises when, rather than the posts. Of each trend that they meet these are "
             "kind, name, share of the posts, from and to. Without -n, those of a day.");
  flags.text("--from", to.from, "TIME",
             "Post number 0 of --trends is posted at TIME, UTC (default 2022-12-01; with --now, "
             "the current time).");
  flags.count("--per-day", to.per_day, {1, kMaxPerDay},
              "N posts of --trends make a day of timestamps (default 1M, or as many as --rate "
              "posts in a day).");
}

void declare_rows(cli::Flags& flags, EmulateFlags& to) {
  flags.count("--seed", to.seed, {},
              "Draw rows and sleeps as Python does after random.seed(N) (default 100).");
  flags.count("--rows", to.rows, {1},
              "Draw from rows 0 to N-1 (default 11001; of a pool, all its posts).");
  flags.choice("--order", to.order, kOrders,
               "Post rows as they are drawn (random, default), or 0, 1, 2, … and again from 0 "
               "behind the last (sequential).");
  flags.count("--start", to.start, {},
              "Resume at post number N, counted from 0: go on as if those before had been posted.");
  flags.count("-n,--count", to.count, {},
              "End after N posts, and post as fast as possible. Without it, post for ever, with "
              "the sleeps that are drawn: 0 or 1 second before each post.");
  flags.number("--rate", to.rate, "R", {0, kMaxRate}, true, "Post R times a second.");
  flags.text("--interval", to.interval, "RANGE",
             "Sleep A to B seconds before each post, at random: RANGE is A:B, decimals will do.");
}

Result<Emulation::From> to_from(const std::string& source) {
  if (source == "builtin") return Emulation::From::builtin;
  if (source.starts_with("mariadb://") || source.starts_with("mysql://")) {
    return Emulation::From::database;
  }
  if (source.empty() || source.find("://") != source.npos) {
    // Not told in full: an address may hold a password.
    return Error{"unknown source '" + source.substr(0, source.find("://")) + "'",
                 "sources are builtin, FILE, -, mariadb://… and mysql://…"};
  }
  const std::vector<std::string> names{"builtin"};
  const auto hint = did_you_mean(source, names);
  std::error_code error;
  if (!hint.empty() && !std::filesystem::exists(source, error)) {
    return Error{"there is no source '" + source + "', nor a file of this name", hint};
  }
  return Emulation::From::pool;
}

Result<Pace> to_pace(const EmulateFlags& flags) {
  if (flags.rate && flags.interval) {
    return Error{"--rate and --interval exclude each other", "both say when the next post comes"};
  }
  if (flags.interval) return to_interval(*flags.interval);
  if (!flags.rate) return Pace{flags.count ? Pace::Kind::unpaced : Pace::Kind::as_drawn};
  return Pace{Pace::Kind::rate, *flags.rate};
}

/// Flags that say nothing, or something else, when posts follow trends.
Status check_trends(const EmulateFlags& flags, Emulation::From source) {
  if (source != Emulation::From::builtin) {
    return Error{"--trends is for the built-in table only",
                 "other posts are as they are, and at the times they have"};
  }
  if (flags.rows || flags.order) {
    return Error{
        std::string(flags.rows ? "--rows" : "--order") + " and --trends exclude each other",
        "with --trends each post is a new row"};
  }
  if (flags.interval) {
    return Error{"--interval and --trends exclude each other",
                 "with --trends posts follow one another evenly: --rate"};
  }
  if (flags.from && flags.now) {
    return Error{"--from and --now exclude each other", "both say when post 0 is posted"};
  }
  if (flags.start > 0 && flags.now) {
    return Error{"--start and --now exclude each other with --trends",
                 "say when post 0 was posted: --from TIME"};
  }
  return {};
}

Status check_without_trends(const EmulateFlags& flags) {
  for (const auto& [given, name] : {std::pair{flags.from.has_value(), "--from"},
                                    std::pair{flags.per_day.has_value(), "--per-day"}}) {
    if (given)
      return Error{std::string(name) + " is for --trends only", "--now stamps other posts"};
  }
  return {};
}

Result<int64_t> to_second(const std::string& text) {
  const auto time = record::to_timestamp(text);
  if (!time) {
    return Error{"--from takes a time, not '" + text + "'",
                 "a time is 2022-12-01 or '2022-12-01 18:30:00', UTC unless it has a zone"};
  }
  if (time->year < kFirstYear || time->year > kLastYear) {
    return Error{"--from must be from " + std::to_string(kFirstYear) + " to " +
                     std::to_string(kLastYear) + ", not '" + text + "'",
                 "by 2018 all users of the table had joined"};
  }
  const auto days = record::days_from_civil(time->year, time->month, time->day);
  return days * record::kDaySeconds + time->hour * 3600 + time->minute * 60 + time->second;
}

int64_t current_second() {
  using namespace std::chrono;
  return floor<seconds>(system_clock::now()).time_since_epoch().count();
}

Result<posts::PostTimes> to_times(const EmulateFlags& flags) {
  posts::PostTimes times;
  const auto from = flags.from.value_or(std::string(kDefaultFrom));
  times.from = flags.now ? current_second() : TRY(to_second(from));
  if (flags.rate && !flags.per_day) {
    const double step = static_cast<double>(posts::PostTimes::kSecondNs) / *flags.rate;
    times.step_ns = static_cast<uint64_t>(std::llround(std::min(step, kLongestStepNs)));
  } else {
    times.step_ns = kDayNs / flags.per_day.value_or(kDefaultPerDay);
  }
  const uint64_t posts = times.posts();
  if (flags.start >= posts || flags.count.value_or(0) > posts - flags.start) {
    return Error{"the last post would be more than 200 years after the first",
                 "--per-day says how many posts make a day"};
  }
  return times;
}

/// Without -n and --rate, posts come when their timestamps say.
Pace to_pace(const Pace& pace, const posts::PostTimes& times) {
  if (pace.kind != Pace::Kind::as_drawn) return pace;
  return {Pace::Kind::rate,
          static_cast<double>(posts::PostTimes::kSecondNs) / static_cast<double>(times.step_ns)};
}

/// Flags that mean nothing for the source are a misunderstanding.
Status check_fit(const EmulateFlags& flags, Emulation::From from) {
  const bool builtin = from == Emulation::From::builtin;
  if (flags.truth && !builtin) {
    return Error{"--truth is for the built-in table only", "of other posts nobody knows the truth"};
  }
  if (flags.table_seed && !builtin) {
    return Error{"--table-seed is for the built-in table only", "--seed draws other rows"};
  }
  if (!flags.defaults_file.empty() && from != Emulation::From::database) {
    return Error{"--defaults-file is for databases only",
                 "name one: --source mariadb://HOST/DATABASE"};
  }
  return {};
}

}  // namespace

void declare(cli::Flags& flags, EmulateFlags& to) {
  declare_source(flags, to);
  declare_trends(flags, to);
  declare_rows(flags, to);
}

Result<Emulation> resolve(const EmulateFlags& flags) {
  const auto from = TRY(to_from(flags.source));
  TRY(check_fit(flags, from));
  const auto pace = TRY(to_pace(flags));
  Emulation emulation;
  emulation.from = from;
  emulation.source = flags.source;
  emulation.defaults_file = flags.defaults_file;
  emulation.seed = flags.seed;
  emulation.rows = flags.rows;
  emulation.table_seed = flags.table_seed.value_or(kDefaultTableSeed);
  emulation.order = flags.order.value_or(posts::Order::random);
  emulation.start = flags.start;
  emulation.count = flags.count;
  emulation.pace = pace;
  emulation.now = flags.now;
  emulation.truth = flags.truth;
  emulation.list_trends = flags.list_trends;
  if (!flags.trends && !flags.list_trends) {
    TRY(check_without_trends(flags));
    return emulation;
  }
  TRY(check_trends(flags, from));
  emulation.trends = TRY(to_times(flags));
  emulation.order = posts::Order::sequential;  // a row is the number of a post
  emulation.pace = to_pace(pace, *emulation.trends);
  return emulation;
}

}  // namespace pinpipe
