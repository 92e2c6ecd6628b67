#include "request.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "base/number.h"
#include "base/suggest.h"
#include "cli/terminal.h"
#include "query/questions.h"

namespace pinpipe {
namespace {

using query::Dialect;
using query::YearRange;

constexpr std::array<std::pair<std::string_view, Dialect>, 2> kDialects{
    {{"spark", Dialect::spark}, {"duckdb", Dialect::duckdb}}};

std::optional<int> year_of(std::string_view text) {
  const auto year = to_number<int>(text);
  return year && *year >= 0 && *year <= 9999 ? year : std::nullopt;
}

Result<YearRange> years_of(const std::string& text) {
  const size_t colon = std::min(text.find(':'), text.size());
  const auto first = year_of(std::string_view(text).substr(0, colon));
  const auto last = year_of(std::string_view(text).substr(std::min(colon + 1, text.size())));
  if (first && last && *first <= *last) return YearRange{*first, *last};
  return Error{"no range of years '" + text + "'", "a range is FIRST:LAST, such as 2018:2022"};
}

std::vector<std::string> question_names() {
  std::vector<std::string> names;
  for (const auto& question : query::questions()) {
    if (!question.continues) names.push_back(question.name);
  }
  return names;
}

Error unknown_question(const std::string& word) {
  const std::string hint = did_you_mean(word, question_names());
  return {"unknown question '" + word + "'",
          hint.empty() ? "'query --list' prints the questions" : hint};
}

bool is_asked(std::string_view question, const Request& request) {
  return std::ranges::find(request.plans, question, &query::Plan::name) != request.plans.end();
}

/// Questions go to the plans of `to`, and all else to its files.
Status sort_words(const std::vector<std::string>& words, bool has_plan, Request& to) {
  for (const std::string& word : words) {
    if (const auto question = query::find_question(word); !question.empty()) {
      if (!is_asked(word, to)) std::ranges::copy(question, std::back_inserter(to.plans));
    } else if (word == "all") {
      for (const auto& each : query::nine_questions()) {
        if (!is_asked(each.name, to)) to.plans.push_back(each);
      }
    } else {
      to.files.push_back(word);
    }
  }
  for (const std::string& file : to.files) {
    if (file == "-") continue;
    const bool is_slip = !nearest(file, question_names()).empty();
    const bool is_there = access(file.c_str(), F_OK) == 0;
    if (!is_there && (is_slip || (to.plans.empty() && !has_plan))) return unknown_question(file);
  }
  return {};
}

/// The question of --by and --metric.
query::Plan plan_of(const QueryOptions& options) {
  query::Plan plan;
  plan.keys = options.keys;
  plan.metrics = options.metrics;
  if (plan.metrics.empty()) plan.metrics = {{query::MetricKind::count, {}}};
  query::name_columns(plan);
  for (const auto& column : plan.columns) {
    if (column.role == query::Column::Role::measure) {
      plan.name += (plan.name.empty() ? "" : ", ") + column.name;
    }
  }
  for (const auto* key : plan.keys) {
    plan.name += (key == plan.keys[0] ? " by " : ", ") + std::string(key->name);
  }
  plan.description = plan.name;
  return plan;
}

/// Nothing that is asked for twice, which would be a column twice.
Status check_columns(const query::Plan& plan) {
  std::set<std::string> names;
  for (const auto& column : plan.columns) {
    if (names.insert(column.name).second) continue;
    return Error{"'" + column.name + "' is asked for twice", "name each key and metric once"};
  }
  return {};
}

/// What was asked for beside the questions, in each of them.
Status refine(const QueryOptions& options, Request& to) {
  for (query::Plan& plan : to.plans) {
    std::ranges::copy(options.conditions, std::back_inserter(plan.conditions));
    if (options.top && plan.of_fields) {
      return Error{"--top does not go with '" + plan.name + "'", "it has a row for each field"};
    }
    if (options.top) plan.top = options.top;
    plan.one = options.one;
    plan.with_nulls = options.with_nulls;
    if (plan.top && plan.order == query::Order::by_group) plan.order = query::Order::by_metric;
  }
  if (options.years.empty()) return {};
  const auto years = TRY(years_of(options.years));
  bool has_years = false;
  for (query::Plan& plan : to.plans) {
    has_years |= plan.years.has_value();
    if (plan.years) query::set_years(plan, years);
  }
  if (has_years) return {};
  return Error{"--years does not go with '" + to.plans[0].name + "'",
               "it has no range of years; 'query --list' prints those that do"};
}

// ---- answers that move ----------------------------------------------------------------------

/// Posts of years may be in no order.
constexpr cli::Milliseconds kLongestSpan = std::chrono::hours(24 * 36500);

Result<query::WindowSpan> parse_window(const std::string& text) {
  const auto microseconds = [](std::string_view part) -> Result<int64_t> {
    const auto parsed =
        TRY(cli::parse_duration("--window", part, cli::kSecond, {1, kLongestSpan.count()}));
    return std::chrono::microseconds(parsed).count();
  };
  const std::string_view all = text;
  const size_t slash = all.find('/');
  query::WindowSpan span{TRY(microseconds(all.substr(0, slash))), 0};
  span.step_us = span.size_us;
  if (slash != all.npos) span.step_us = TRY(microseconds(all.substr(slash + 1)));
  if (span.size_us % span.step_us == 0) return span;
  return Error{"--window must be a multiple of its step, not '" + text + "'",
               "a window of ten minutes each minute is 10m/1m"};
}

Result<EmitOption> parse_emit(const std::string& text) {
  constexpr std::string_view kEvery = "every=";
  if (text.starts_with(kEvery)) {
    const auto value = std::string_view(text).substr(kEvery.size());
    return EmitOption{query::Emit::every,
                      TRY(cli::parse_duration("--emit every", value, cli::kSecond, {1}))};
  }
  if (text == "close") return EmitOption{query::Emit::close};
  if (text == "changes") return EmitOption{query::Emit::changes};
  const std::vector<std::string> words{"close", "changes", "every=1s"};
  return Error{"--emit must be close, changes or every=DURATION, not '" + text + "'",
               did_you_mean(text, words)};
}

/// A slip of the hand in one letter, or in the order of letters. Wider slips might be members.
bool is_slip(const std::string& name, const std::string& of) {
  return edit_distance(name, of) <= 1 ||
         (name.size() == of.size() && std::ranges::is_permutation(name, of));
}

Result<query::TimeField> time_field(const std::string& name) {
  if (name == "post") return time_field("timestamp");
  const auto field = query::find_field(name);
  if (!field.ok()) {
    for (const std::string known : {"arrival", "post", "timestamp", "date_joined"}) {
      if (is_slip(name, known))
        return Error{"there is no time '" + name + "'", "did you mean '" + known + "'?"};
    }
    return query::TimeField{name, std::nullopt};
  }
  if (field.value()->type == record::Type::timestamp) {
    return query::TimeField{name, *field.value()};
  }
  return Error{"'" + name + "' is not a time",
               "windows go by arrival, post, timestamp, date_joined or a member of the line"};
}

std::string asked_text(const QueryOptions& options, const Request& request) {
  std::string text;
  for (const query::Plan& plan : request.plans) {
    text += (text.empty() ? "" : "; ") + query::plan_text(plan);
  }
  if (options.window) {
    text += fmt::format(" --window {}us/{}us --time {} --late {}ms", options.window->size_us,
                        options.window->step_us, options.time,
                        options.late.value_or(cli::Milliseconds(0)).count());
  }
  text += " --emit " + std::to_string(int(options.emit ? options.emit->emit : query::Emit::close));
  for (const std::string& file : request.files) text += " " + file;
  return text;
}

Status check_live(const QueryOptions& options) {
  const auto needs = [](const char* option, const char* what) -> Status {
    return Error{std::string(option) + " needs " + what, ""};
  };
  if (!options.window) {
    if (options.late) return needs("--late", "--window");
    if (!options.time.empty()) return needs("--time", "--window");
    if (options.emit && options.emit->emit == query::Emit::close) {
      return needs("--emit close", "--window");
    }
    if (!options.state.empty() && !options.emit) return needs("--state", "--window or --emit");
  }
  if (options.with_stats && !options.window && !options.emit) {
    return needs("--with-stats", "--window or --emit");
  }
  if (options.with_stats &&
      options.format.value_or(query::Format::ndjson) != query::Format::ndjson) {
    return Error{"--with-stats does not go with another format than NDJSON", ""};
  }
  if (options.late && (options.time.empty() || options.time == "arrival")) {
    return Error{"--late does not go with --time arrival",
                 "what arrives is never late; --time post goes by the time of the post"};
  }
  return {};
}

Result<LiveRequest> live_of(const QueryOptions& options, const Request& request) {
  LiveRequest live{{options.window},
                   std::nullopt,
                   options.state,
                   asked_text(options, request),
                   options.with_stats};
  if (options.emit) {
    live.options.emit = options.emit->emit;
    live.options.every_us = std::chrono::microseconds(options.emit->every).count();
  }
  if (!options.time.empty() && options.time != "arrival") {
    live.time = TRY(time_field(options.time));
    live.options.by_time = true;
  }
  if (options.late) {
    live.options.late_us = std::chrono::microseconds(*options.late).count();
  }
  return live;
}

}  // namespace

void declare(cli::Flags& flags, QueryOptions& to) {
  flags.flag("--list", to.list,
             "Print the questions that have a name, and end. They have columns, years and a "
             "description: on a terminal as a table, elsewhere as NDJSON, or as --format says.");
  flags.list(
      "--by", to.keys, "KEYS",
      [](std::string_view text) -> Result<const query::Field*> {
        return TRY(query::parse_keys(text))[0];
      },
      "Ask of each country, category, age_group, post_year, tag. Several have commas between; "
      "the section about fields lists them.");
  flags.list("--metric", to.metrics, "METRICS", query::parse_metric,
             "Measure count, nulls:F, sum:F, mean:F, min:F, max:F, median:F, p90:F, distinct:F+F, "
             "mode:F, argmax:LABEL:F. Several have commas between; the default is count.");
  flags.each("--where", to.conditions, "CONDITION", query::parse_condition,
             "Ask of posts with F=V, F!=V, F>=N, F<=N, F=A:B, F=null. Where it is given several "
             "times, all must hold.");
  flags.count("--top", to.top, {1},
              "Answer the N first, and what ties with the last. They are in the order of the first "
              "metric, the most first.");
  flags.flag("--one", to.one, "Of what ties, answer only the first by name.");
  flags.flag("--with-nulls", to.with_nulls, "Make null a group, too.");
  flags.parsed("--window", to.window, "SIZE[/STEP]", parse_window,
               "Answer for each stretch of time, as 10m or 1h/5m. With a STEP there is one of SIZE "
               "each STEP.");
  flags.parsed(
      "--emit", to.emit, "close|every=DURATION|changes", parse_emit,
      "Answer a window that closes, all so often, or changes. The default with --window is "
      "close.");
  flags.text("--time", to.time, "arrival|post|FIELD",
             "Let windows go by arrival, by post or by a FIELD. The default is the moment a record "
             "arrives; post is the timestamp of its post.");
  flags.duration("--late", to.late, cli::kSecond, {0, kLongestSpan.count()},
                 "Wait so long for records that come late. What is further behind the latest time "
                 "seen is rejected.");
  flags.output_file("--state", to.state, "Keep in FILE how far the run has come, and go on there.");
  flags.flag(
      "--with-stats", to.with_stats,
      "Write rows of what was read, too. They come after each answer, and each second: stats, "
      "with time, in, rejected and late.");
  flags.choice(
      "--format", to.format, query::kFormats,
      "Answer in another form than NDJSON. json is one array, table and chart are for people, csv "
      "is of RFC 4180, markdown a table, vega-lite a chart of Vega-Lite, prometheus metrics.");
  flags.flag("--csv-safe", to.csv_safe,
             "In CSV, put a ' before what a spreadsheet would run. Not with other formats.");
  flags.text("--years", to.years, "RANGE", "Ask about FIRST:LAST where a question is about years.");
  flags.bytes("--max-memory", to.max_memory, {1},
              "End with an error before more memory is taken. The default is 3/4 of what the "
              "machine has available at the start, or the control group may have.");
  flags.choice(
      "--sql", to.sql, kDialects,
      "Print the questions as SQL, and end. Tables are pin, geo and user, of clean records; "
      "nothing is read.");
}

query::FormatOptions on_stdout(query::FormatOptions format) {
  format.width = cli::terminal_width(STDOUT_FILENO);
  format.colour = cli::has_colours(STDOUT_FILENO);
  return format;
}

std::vector<std::string> question_words() {
  auto words = question_names();
  words.emplace_back("all");
  return words;
}

Result<Request> request_of(const QueryOptions& options, const std::vector<std::string>& words) {
  Request request;
  request.format = {options.format.value_or(query::Format::ndjson), {}, options.csv_safe};
  if (options.csv_safe && request.format.format != query::Format::csv) {
    return Error{"--csv-safe does not go with another format than CSV", "add --format csv"};
  }
  request.sql = options.sql;
  request.max_memory = options.max_memory;
  if (options.list) return request;
  const bool has_groups = !options.keys.empty() || !options.metrics.empty();
  const bool has_plan = has_groups || !options.conditions.empty();
  TRY(sort_words(words, has_plan, request));
  if (has_groups && !request.plans.empty()) {
    return Error{"--by and --metric do not go with '" + request.plans[0].name + "'",
                 "a question is one that has a name, or one of --by and --metric"};
  }
  if (has_plan && request.plans.empty()) {
    request.plans.push_back(plan_of(options));
    TRY(check_columns(request.plans[0]));
  }
  if (request.plans.empty()) return Error{"no question", "'query --list' prints the questions"};
  TRY(refine(options, request));
  if (request.files.empty()) request.files = {"-"};
  TRY(check_live(options));
  if (options.window || options.emit) request.live = TRY(live_of(options, request));
  if (request.live && request.sql) {
    return Error{"--sql does not go with --window and --emit", "it asks about whole tables"};
  }
  return request;
}

}  // namespace pinpipe
