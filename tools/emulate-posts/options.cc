#include "options.h"

#include <charconv>
#include <cmath>

namespace pinpipe {
namespace {

// Of the tables 1 to 160 the one whose countries, ages and followers are counted closest to those
// of the course tables: a few heavy users decide much.
constexpr uint64_t kDefaultTableSeed = 150;

/// CLI11 2.1 would read -1 as 2^64-1, and any number of digits as some number.
std::string check_whole_number(const std::string& text, uint64_t least) {
  uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec == std::errc() && read.ptr == end && number >= least) return "";
  return "'" + text + "' is no whole number of at least " + std::to_string(least);
}
std::string whole_number(const std::string& text) { return check_whole_number(text, 0); }
std::string positive_number(const std::string& text) { return check_whole_number(text, 1); }

void declare_source(CLI::App& app, EmulateFlags& flags) {
  app.add_option(
         "--source", flags.source,
         "Where posts come from: builtin, the table that is built in (default); FILE or -, a "
         "pool of posts as NDJSON; mariadb://[USER@]HOST[:PORT]/DATABASE or mysql://…, the "
         "tables pinterest_data, geolocation_data and user_data.")
      ->type_name("SOURCE");
  app.add_option("--defaults-file", flags.defaults_file,
                 "Read how to connect from FILE rather than the client's option files: user, "
                 "password, TLS.")
      ->type_name("FILE");
  app.add_option("--table-seed", flags.table_seed,
                 "Make the built-in table number N: same shape, other posts (default 150).")
      ->type_name("N")
      ->check(whole_number);
  app.add_flag("--truth", flags.truth,
               "Print the clean posts of the built-in table: what a perfect cleaner makes of the "
               "same rows.");
  app.add_flag("--now", flags.now, "Stamp geo.timestamp with the current time, UTC.");
}

void declare_rows(CLI::App& app, EmulateFlags& flags) {
  app.add_option("--seed", flags.seed,
                 "Draw rows and sleeps as Python does after random.seed(N) (default 100).")
      ->type_name("N")
      ->check(whole_number);
  app.add_option("--rows", flags.rows,
                 "Draw from rows 0 to N-1 (default 11001; of a pool, all its posts).")
      ->type_name("N")
      ->check(positive_number);
  app.add_option("--order", flags.order,
                 "Post rows as they are drawn (random, default), or 0, 1, 2, … and again from 0 "
                 "behind the last (sequential).")
      ->type_name("random|sequential");
  app.add_option(
         "--start", flags.start,
         "Resume at post number K, counted from 0: go on as if the K before had been posted.")
      ->type_name("K")
      ->check(whole_number);
  app.add_option("-n,--count", flags.count,
                 "End after N posts, and post as fast as possible. Without it, post for ever, with "
                 "the sleeps that are drawn: 0 or 1 second before each post.")
      ->type_name("N")
      ->check(whole_number);
  app.add_option("--rate", flags.rate, "Post R times a second.")->type_name("R");
  app.add_option(
         "--interval", flags.interval,
         "Sleep A to B seconds before each post, at random: RANGE is A:B, decimals will do.")
      ->type_name("RANGE");
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
  if (!std::isfinite(*flags.rate) || *flags.rate <= 0) {
    return Error{"no rate '" + CLI::detail::to_string(*flags.rate) + "'",
                 "give posts a second, such as 10, or 0.2"};
  }
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

void declare(CLI::App& app, EmulateFlags& flags) {
  declare_source(app, flags);
  declare_rows(app, flags);
}

Result<Emulation> resolve(const EmulateFlags& flags) {
  const auto from = to_from(flags.source);
  if (!from.ok()) return from.error();
  if (auto status = check_fit(flags, from.value()); !status.ok()) return status.error();
  const auto pace = to_pace(flags);
  if (!pace.ok()) return pace.error();
  if (flags.order != "random" && flags.order != "sequential") {
    return Error{"unknown order '" + flags.order + "'", "orders are random and sequential"};
  }
  Emulation emulation;
  emulation.from = from.value();
  emulation.source = flags.source;
  emulation.defaults_file = flags.defaults_file;
  emulation.seed = flags.seed;
  emulation.rows = flags.rows;
  emulation.table_seed = flags.table_seed.value_or(kDefaultTableSeed);
  emulation.order = flags.order == "random" ? source::Order::random : source::Order::sequential;
  emulation.start = flags.start;
  emulation.count = flags.count;
  emulation.pace = pace.value();
  emulation.now = flags.now;
  emulation.truth = flags.truth;
  return emulation;
}

}  // namespace pinpipe
