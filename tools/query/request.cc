#include "request.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "base/suggest.h"
#include "query/questions.h"

namespace pinpipe {
namespace {

using query::Dialect;
using query::YearRange;

constexpr std::array<std::pair<std::string_view, Dialect>, 2> kDialects{
    {{"spark", Dialect::spark}, {"duckdb", Dialect::duckdb}}};

std::optional<int> year_of(std::string_view text) {
  int year = 0;
  const auto end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, year);
  if (error != std::errc() || rest != end || year < 0 || year > 9999) return std::nullopt;
  return year;
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
  for (const auto& question : query::questions()) names.emplace_back(question.name);
  return names;
}

Error unknown_question(const std::string& word) {
  const std::string hint = did_you_mean(word, question_names());
  return {"unknown question '" + word + "'",
          hint.empty() ? "'query --list' prints the questions" : hint};
}

void add_question(const query::Plan& question, Request& to) {
  const auto known = std::ranges::find(to.plans, question.name, &query::Plan::name);
  if (known == to.plans.end()) to.plans.push_back(question);
}

/// Questions go to the plans of `to`, and all else to its files.
Status sort_words(const std::vector<std::string>& words, bool has_plan, Request& to) {
  for (const std::string& word : words) {
    if (const auto* question = query::find_question(word)) {
      add_question(*question, to);
    } else if (word == "all") {
      for (const auto& each : query::nine_questions()) add_question(each, to);
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

/// What was asked for beside the questions, in each of them.
Status refine(const QueryOptions& options, Request& to) {
  for (query::Plan& plan : to.plans) {
    std::ranges::copy(options.conditions, std::back_inserter(plan.conditions));
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

}  // namespace

void declare(cli::Flags& flags, QueryOptions& to) {
  flags.flag("--list", to.list,
             "Print the questions with their columns, years and descriptions, and end: on a "
             "terminal as a table, elsewhere as NDJSON, or in the form of --format.");
  flags.list(
      "--by", to.keys, "KEYS",
      [](std::string_view text) -> Result<const query::Field*> {
        return TRY(query::parse_keys(text))[0];
      },
      "Ask about the groups of KEYS, with commas between: country, category, age_group, "
      "post_year, tag, ...");
  flags.list("--metric", to.metrics, "METRICS", query::parse_metric,
             "Measure each group: count (the default), nulls:F, sum:F, mean:F, min:F, max:F, "
             "median:F, p90:F, distinct:F[+F...], mode:F or argmax:LABEL:F, with commas between.");
  flags.each("--where", to.conditions, "CONDITION", query::parse_condition,
             "Ask about posts that fulfil F=V, F!=V, F>=N, F<=N, F=A:B, F=null or F!=null; all of "
             "them, where it is given several times.");
  flags.count("--top", to.top, {1},
              "Answer the N groups with the most of the first metric, and what ties with the "
              "last of them.");
  flags.flag("--one", to.one, "Of what ties, answer only the first by name.");
  flags.flag("--with-nulls", to.with_nulls, "Make null a group, too.");
  flags.choice("--format", to.format, query::kFormats,
               "Answer as NDJSON (the default), as one JSON array, as a table for people, as CSV "
               "(RFC 4180), as a Markdown table or as metrics for Prometheus.");
  flags.flag("--csv-safe", to.csv_safe,
             "In CSV, put a ' before texts that a spreadsheet would run as a formula; not with "
             "other formats.");
  flags.text("--years", to.years, "RANGE",
             "Ask about the years of RANGE, FIRST:LAST, where a question is about years.");
  flags.bytes("--max-memory", to.max_memory, {1},
              "End with an error before more than BYTES of memory are taken (default: 3/4 of "
              "what the machine has available at the start, or the control group may have).");
  flags.choice("--sql", to.sql, kDialects,
               "Print the questions as SQL over tables pin, geo and user of clean records, and "
               "end; nothing is read.");
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
  const bool has_plan = !options.keys.empty() || !options.metrics.empty();
  TRY(sort_words(words, has_plan, request));
  if (has_plan && !request.plans.empty()) {
    return Error{"--by and --metric do not go with '" + request.plans[0].name + "'",
                 "a question is one that has a name, or one of --by and --metric"};
  }
  if (has_plan) request.plans.push_back(plan_of(options));
  if (request.plans.empty()) return Error{"no question", "'query --list' prints the questions"};
  TRY(refine(options, request));
  if (request.files.empty()) request.files = {"-"};
  return request;
}

}  // namespace pinpipe
