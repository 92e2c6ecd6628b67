#include <unistd.h>

#include <functional>
#include <span>

#include "answer_folder.h"
#include "base/available_memory.h"
#include "cli/filter.h"
#include "cli/tool.h"
#include "json/writer.h"
#include "live.h"
#include "query/extract.h"
#include "query/questions.h"
#include "query/sql.h"
#include "query/windows.h"
#include "request.h"

using namespace pinpipe;

namespace {

std::string sql_text(const Request& request) {
  return query::tables_of(*request.sql) + "\n" + query::sql_of(request.plans, *request.sql);
}

std::string list_as(const query::FormatOptions& format) {
  const auto listing = query::list_questions();
  return query::formatted({&listing, 1}, on_stdout(format));
}

std::string list_for_people() {
  const auto listing = query::describe_questions();
  return query::formatted({&listing, 1}, on_stdout({query::Format::table}));
}

void write_by_dataset(std::string_view name, const std::array<uint64_t, 3>& counts,
                      json::Writer<std::string>& writer) {
  writer.key(name);
  writer.begin_object();
  for (const auto dataset : record::kDatasets) {
    writer.member(name_of(dataset), counts[index_of(dataset)]);
  }
  writer.end_object();
}

}  // namespace

namespace pinpipe {

std::string stats_of(const query::PostCounts& counts) {
  std::string text;
  json::Writer writer(text);
  write_by_dataset("duplicates", counts.duplicates, writer);
  write_by_dataset("distinct", counts.distinct, writer);
  writer.key("joined");
  writer.begin_object();
  writer.member("pin_geo", counts.pin_geo);
  writer.member("pin_user", counts.pin_user);
  writer.member("pin_geo_user", counts.pin_geo_user);
  writer.end_object();
  return text;
}

}  // namespace pinpipe

namespace {

/// The rest is for other processes, and for the files that they and this one read.
uint64_t default_max_memory() { return available_memory() / 4 * 3; }

/// What is no table: code, what columns grow by with one block, and for each thread a block, what
/// is made of it, and the start of the next. Measured: 5 MiB, and 0.4 a thread.
uint64_t memory_beside(const ndjson::LineRunOptions& options) {
  constexpr uint64_t kMebibyte = 1 << 20;
  return 8 * kMebibyte + options.threads * (kMebibyte / 2 + 2 * options.blocks.block_size);
}

bool to_folder(const cli::Tool& tool, const Request& request) {
  return request.format.format == query::Format::csv && names_folder(tool.output_path());
}

/// Several tables in one file are no CSV. Errors: misuse.
Status check_output(const cli::Tool& tool, const Request& request) {
  const bool is_folder = to_folder(tool, request);
  if (is_folder && request.live) {
    return Error{"-o DIR/ does not go with --window and --emit", "a file holds one question"};
  }
  if (request.format.format != query::Format::csv || query::count_answers(request.plans) < 2 ||
      is_folder) {
    return {};
  }
  return Error{"several questions as CSV do not go to one file",
               "-o DIR/ makes a folder with a file for each"};
}

/// Reads all, and writes the answers to what `open` opens.
template <class Target>
Result<cli::Outcome> answer_to(
    cli::Tool& tool, const Request& request, const query::MemoryCeiling& ceiling,
    const std::function<Result<Target>()>& open,
    const std::function<Status(std::span<const query::Answer>, Target&)>& write) {
  auto options = tool.line_options();
  options.files = request.files;
  const query::Program program(request.plans);
  query::Windows windows(program, std::nullopt, 0, ceiling);
  bool rejected = false;
  auto workers =
      cli::make_workers<query::Extractor>(tool, [&] { return query::Extractor(program); });
  auto outcome = cli::run_lines_to<query::Extractor, Target>(
      tool, workers, options, open,
      [&](ndjson::LineBlock<query::Extractor>& block, Target&) -> Status {
        rejected |= !block.rejects.empty();
        return windows.add(block.out, 0, block.out.posts.size(), 0);
      },
      [&](Target& output, bool all_read) -> Status {
        if (!all_read || (rejected && tool.fail_fast())) return {};
        return windows.close_all(
            [&](const query::Windows::Window& all) { return write(all.answers, output); });
      });
  if (outcome.ok()) outcome->details = stats_of(windows.counts());
  return outcome;
}

Result<cli::Outcome> answer(cli::Tool& tool, const Request& request,
                            const query::MemoryCeiling& ceiling) {
  if (to_folder(tool, request)) {
    return answer_to<AnswerFolder>(
        tool, request, ceiling, [&] { return AnswerFolder::open(tool, request.plans); },
        [&](auto answers, AnswerFolder& to) { return to.write(answers, request.format); });
  }
  return answer_to<stream::Output>(
      tool, request, ceiling, [&] { return tool.open_output(); },
      [&](auto answers, stream::Output& to) {
        const auto format = to.name() == "stdout" ? on_stdout(request.format) : request.format;
        return to.write(query::formatted(answers, format), true);
      });
}

}  // namespace

int main(int argc, char** argv) {
  QueryOptions options;
  cli::Tool tool("query", "answer questions about clean posts: tops, medians and counts");
  tool.takes("[QUESTION...] [FILE...]", question_words());
  declare(tool.flags(), options);
  if (auto status = tool.parse(argc, argv)) return *status;
  auto request = request_of(options, tool.arguments());
  if (!request.ok()) return tool.misuse(request.error());
  if (options.list) {
    const bool is_for_people = !options.format && isatty(STDOUT_FILENO);
    return tool.print(is_for_people ? list_for_people() : list_as(request->format));
  }
  if (request->sql) return tool.print(sql_text(*request));
  if (auto status = check_output(tool, *request); !status.ok()) return tool.misuse(status.error());
  const query::MemoryCeiling ceiling{request->max_memory.value_or(default_max_memory()),
                                     memory_beside(tool.line_options())};
  return tool.finish(request->live ? answer_live(tool, *request, ceiling)
                                   : answer(tool, *request, ceiling));
}
