#include <unistd.h>

#include "base/available_memory.h"
#include "cli/filter.h"
#include "cli/terminal.h"
#include "cli/tool.h"
#include "json/writer.h"
#include "query/extract.h"
#include "query/post_table.h"
#include "request.h"

using namespace pinpipe;
using query::PostTable;

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

void write_by_dataset(std::string_view name, const PostTable& table,
                      uint64_t (PostTable::*count)(record::Dataset) const,
                      json::Writer<std::string>& writer) {
  writer.key(name);
  writer.begin_object();
  for (const auto dataset : record::kDatasets)
    writer.member(name_of(dataset), (table.*count)(dataset));
  writer.end_object();
}

std::string stats_of(const PostTable& table) {
  std::string text;
  json::Writer writer(text);
  write_by_dataset("duplicates", table, &PostTable::duplicates, writer);
  write_by_dataset("distinct", table, &PostTable::distinct, writer);
  writer.key("joined");
  writer.begin_object();
  writer.member("pin_geo", table.joined(query::kHasPin | query::kHasGeo));
  writer.member("pin_user", table.joined(query::kHasPin | query::kHasUser));
  writer.member("pin_geo_user", table.joined(query::kHasPin | query::kHasGeo | query::kHasUser));
  writer.end_object();
  return text;
}

/// The rest is for other processes, and for the files that they and this one read.
uint64_t default_max_memory() { return available_memory() / 4 * 3; }

/// What is no table: code, what columns grow by with one block, and for each thread a block, what
/// is made of it, and the start of the next. Measured: 5 MiB, and 0.4 a thread.
uint64_t memory_beside(const ndjson::LineRunOptions& options) {
  constexpr uint64_t kMebibyte = 1 << 20;
  return 8 * kMebibyte + options.threads * (kMebibyte / 2 + 2 * options.blocks.block_size);
}

Result<std::string> answers_of(const PostTable& table, const Request& request,
                               bool to_standard_output) {
  std::vector<query::Answer> answers;
  for (const auto* question : request.questions) {
    auto answer = TRY(question->ask(table, request.years));
    answers.push_back(std::move(answer));
  }
  const auto width = to_standard_output ? cli::terminal_width(STDOUT_FILENO) : std::nullopt;
  return query::formatted(answers, {request.format, width});
}

/// Reads all, and writes the answers.
Result<cli::Outcome> answer(cli::Tool& tool, const Request& request) {
  auto options = tool.line_options();
  options.files = request.files;
  query::Fields fields = 0;
  for (const auto* question : request.questions) fields |= question->fields;
  PostTable table(request.max_memory.value_or(default_max_memory()), memory_beside(options));
  bool rejected = false;
  auto workers =
      cli::make_workers<query::Extractor>(tool, [&] { return query::Extractor(fields); });
  auto outcome = cli::run_lines_to_output<query::Extractor>(
      tool, workers, options,
      [&](ndjson::LineBlock<query::Extractor>& block, stream::Output&) {
        rejected |= !block.rejects.empty();
        return table.add(block.out);
      },
      [&](stream::Output& output, bool all_read) -> Status {
        if (!all_read || (rejected && tool.fail_fast())) return {};
        auto text = answers_of(table, request, output.name() == "stdout");
        return text.ok() ? output.write(text.value(), true) : text.error();
      });
  if (outcome.ok()) outcome->details = stats_of(table);
  return outcome;
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
