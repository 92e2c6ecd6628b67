#include <unistd.h>

#include "answer_run.h"
#include "cli/terminal.h"
#include "cli/tool.h"
#include "request.h"

using namespace pinpipe;

namespace {

void declare(QueryOptions& options, CLI::App& app) {
  app.get_option("FILE")->type_name("QUESTION... [FILE...]");
  app.add_flag("--list", options.list,
               "Print the questions with their columns, years and descriptions, and end: on a "
               "terminal as a table, elsewhere as NDJSON, or in the form of --format.");
  app.add_option("--format", options.format,
                 "Answer as NDJSON (the default), as a table for people, as CSV (RFC 4180) or as a "
                 "Markdown table.")
      ->type_name("ndjson|table|csv|markdown");
  app.add_option("--years", options.years,
                 "Ask about the years of RANGE, FIRST:LAST, where a question is about years.")
      ->type_name("RANGE");
  app.add_option("--max-memory", options.max_memory,
                 "End with an error before more than BYTES of memory are taken (default: 3/4 of "
                 "what the machine has available at the start, or the control group may have).")
      ->type_name("BYTES")
      ->transform(CLI::AsSizeValue(false))
      ->check(CLI::Range(uint64_t{1}, UINT64_MAX));
  app.add_option("--sql", options.sql,
                 "Print the questions as SQL over tables pin, geo and user of clean records, and "
                 "end; nothing is read.")
      ->type_name("spark|duckdb");
}

std::string sql_text(const Request& request) {
  std::string text;
  for (const auto* question : request.questions) {
    if (!text.empty()) text += '\n';
    text += query::sql_of(*question, *request.sql, request.years);
  }
  return text;
}

std::string list_as(query::Format format) {
  const auto listing = query::list_questions();
  return query::formatted({&listing.answer, 1}, {format, cli::terminal_width(STDOUT_FILENO)});
}

std::string list_for_people() {
  const auto listing = query::describe_questions();
  return query::formatted({&listing.answer, 1},
                          {query::Format::table, cli::terminal_width(STDOUT_FILENO)});
}

}  // namespace

int main(int argc, char** argv) {
  QueryOptions options;
  cli::Tool tool("query", "answer questions about clean posts: tops, medians and counts");
  declare(options, tool.app());
  if (auto status = tool.parse(argc, argv)) return *status;
  auto request = request_of(options, tool.line_options().files);
  if (!request.ok()) return tool.misuse(request.error());
  if (options.list) {
    const bool is_for_people = options.format.empty() && isatty(STDOUT_FILENO);
    return tool.print(is_for_people ? list_for_people() : list_as(request->format));
  }
  if (request->sql) return tool.print(sql_text(*request));
  return tool.finish(answer(tool, *request));
}
