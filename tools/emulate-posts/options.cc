#include "options.h"

#include <array>
#include <utility>

namespace pinpipe {
namespace {

// Of the tables 1 to 160 the one whose countries, ages and followers are counted closest to those
// of the course tables: a few heavy users decide much.
constexpr uint64_t kDefaultTableSeed = 150;

constexpr double kMostRate = 1e9;  // posts a second; more is a slip of the hand

constexpr std::array<std::pair<std::string_view, posts::Order>, 2> kOrders{
    {{"random", posts::Order::random}, {"sequential", posts::Order::sequential}}};

void declare_source(cli::Flags& flags, EmulateFlags& to) {
  flags.text("--source", to.source, "SOURCE",
             "Where posts come from: builtin, the table that is built in (default); FILE or -, a "
             "pool of posts as NDJSON; mariadb://[USER@]HOST[:PORT]/DATABASE or mysql://…, the "
             "tables pinterest_data, geolocation_data and user_data.");
  flags.input_file("--defaults-file", to.defaults_file,
                   "Read how to connect from FILE rather than the client's option files: user, "
                   "password, TLS.");
  flags.count("--table-seed", to.table_seed, {},
              "Make the built-in table number N: same shape, other posts (default 150).");
  flags.flag("--truth", to.truth,
             "Print the clean posts of the built-in table: what a perfect cleaner makes of the "
             "same rows.");
  flags.flag("--now", to.now, "Stamp geo.timestamp with the current time, UTC.");
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
  flags.number("--rate", to.rate, "R", {0, kMostRate}, true, "Post R times a second.");
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
  emulation.order = flags.order;
  emulation.start = flags.start;
  emulation.count = flags.count;
  emulation.pace = pace;
  emulation.now = flags.now;
  emulation.truth = flags.truth;
  return emulation;
}

}  // namespace pinpipe
