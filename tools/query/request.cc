#include "request.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "cli/suggest.h"

namespace pinpipe {
namespace {

using query::Dialect;
using query::Format;
using query::YearRange;

constexpr std::array<std::pair<std::string_view, Format>, 4> kFormats{
    {{"ndjson", Format::ndjson},
     {"table", Format::table},
     {"csv", Format::csv},
     {"markdown", Format::markdown}}};
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
  const std::string hint = cli::did_you_mean(word, question_names());
  return {"unknown question '" + word + "'",
          hint.empty() ? "'query --list' prints the questions" : hint};
}

void add_question(const query::Question& question, Request& to) {
  auto& known = to.questions;
  if (std::find(known.begin(), known.end(), &question) == known.end()) known.push_back(&question);
}

Status sort_words(const std::vector<std::string>& words, Request& to) {
  for (const std::string& word : words) {
    if (const auto* question = query::find_question(word)) {
      add_question(*question, to);
    } else if (word == "all") {
      for (const auto& each : query::questions()) add_question(each, to);
    } else {
      to.files.push_back(word);
    }
  }
  for (const std::string& file : to.files) {
    if (file == "-") continue;
    const bool is_slip = !cli::nearest(file, question_names()).empty();
    const bool is_there = access(file.c_str(), F_OK) == 0;
    if (!is_there && (is_slip || to.questions.empty())) return unknown_question(file);
  }
  if (to.questions.empty()) return Error{"no question", "'query --list' prints the questions"};
  return {};
}

Status check_years(const Request& request) {
  const bool has_years = std::any_of(request.questions.begin(), request.questions.end(),
                                     [](const auto* question) { return question->years; });
  if (!request.years || has_years) return {};
  return Error{"--years does not go with '" + std::string(request.questions[0]->name) + "'",
               "it has no range of years; 'query --list' prints those that do"};
}

}  // namespace

void declare(cli::Flags& flags, QueryOptions& to) {
  flags.flag("--list", to.list,
             "Print the questions with their columns, years and descriptions, and end: on a "
             "terminal as a table, elsewhere as NDJSON, or in the form of --format.");
  flags.choice("--format", to.format, kFormats,
               "Answer as NDJSON (the default), as a table for people, as CSV (RFC 4180) or as a "
               "Markdown table.");
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
  request.format = options.format.value_or(request.format);
  request.sql = options.sql;
  request.max_memory = options.max_memory;
  if (!options.years.empty()) {
    const auto years = TRY(years_of(options.years));
    request.years = years;
  }
  if (options.list) return request;
  TRY(sort_words(words, request));
  TRY(check_years(request));
  if (request.files.empty()) request.files = {"-"};
  return request;
}

}  // namespace pinpipe
