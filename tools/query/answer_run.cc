#include "answer_run.h"

#include <unistd.h>

#include "base/available_memory.h"
#include "cli/filter.h"
#include "cli/terminal.h"
#include "query/extract.h"
#include "query/post_table.h"

namespace pinpipe {
namespace {

using query::PostTable;

std::string by_dataset(const PostTable& table,
                       uint64_t (PostTable::*count)(record::Dataset) const) {
  std::string text;
  for (const auto dataset : record::kDatasets) {
    text += (text.empty() ? "{\"" : ",\"") + std::string(name_of(dataset)) +
            "\":" + std::to_string((table.*count)(dataset));
  }
  return text + "}";
}

std::string stats_of(const PostTable& table) {
  const auto joined = [&](unsigned what) { return std::to_string(table.joined(what)); };
  return "\"duplicates\":" + by_dataset(table, &PostTable::duplicates) +
         ",\"distinct\":" + by_dataset(table, &PostTable::distinct) +
         ",\"joined\":{\"pin_geo\":" + joined(query::kHasPin | query::kHasGeo) +
         ",\"pin_user\":" + joined(query::kHasPin | query::kHasUser) +
         ",\"pin_geo_user\":" + joined(query::kHasPin | query::kHasGeo | query::kHasUser) + "}";
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

}  // namespace

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
      [&](stream::Output& output) -> Status {
        if (rejected && tool.fail_fast()) return {};
        auto text = answers_of(table, request, output.name() == "stdout");
        return text.ok() ? output.write(text.value(), true) : text.error();
      });
  if (outcome.ok()) outcome->details = stats_of(table);
  return outcome;
}

}  // namespace pinpipe
