#include <unistd.h>

#include "answer_run.h"
#include "cli/terminal.h"
#include "cli/tool.h"
#include "request.h"

using namespace pinpipe;

namespace {

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
  tool.takes("QUESTION... [FILE...]", question_words());
  declare(tool.flags(), options);
  if (auto status = tool.parse(argc, argv)) return *status;
  auto request = request_of(options, tool.arguments());
  if (!request.ok()) return tool.misuse(request.error());
  if (options.list) {
    const bool is_for_people = !options.format && isatty(STDOUT_FILENO);
    return tool.print(is_for_people ? list_for_people() : list_as(request->format));
  }
  if (request->sql) return tool.print(sql_text(*request));
  return tool.finish(answer(tool, *request));
}
