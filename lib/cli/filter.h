// The whole run of a filter: lines in, through a worker a thread, lines out.
#pragma once

#include <functional>
#include <vector>

#include "base/buffer.h"
#include "cli/log.h"
#include "cli/tool.h"
#include "ndjson/findings.h"
#include "ndjson/line_run.h"

namespace pinpipe::cli {

/// One worker a thread.
template <class Worker>
std::vector<Worker> make_workers(const Tool& tool, const std::function<Worker()>& make) {
  std::vector<Worker> workers;
  for (unsigned i = 0; i < tool.threads(); ++i) workers.push_back(make());
  return workers;
}

/// Runs the tool's lines through workers (lib/ndjson/line_run.h) and `collect`, which gets each
/// block in order with what `open` opened to write to, an Output or what is written and committed
/// like one. Opens, counts lines, commits. `collect_end` is called before the commit, and told
/// whether all files were read. The workers are left for the caller to ask for what they counted.
template <class Worker, class Target>
Result<Outcome> run_lines_to(
    Tool& tool, std::vector<Worker>& workers, const ndjson::LineRunOptions& options,
    const std::function<Result<Target>()>& open,
    const std::function<Status(ndjson::LineBlock<Worker>&, Target&)>& collect,
    const std::function<Status(Target&, bool)>& collect_end = nullptr) {
  TRY(tool.check_files(options.files));
  auto output = TRY(open());
  auto rejects = TRY(tool.open_rejects());

  Outcome outcome;
  auto status = ndjson::run_lines<Worker>(options, workers, *rejects,
                                          [&](ndjson::LineBlock<Worker>& block) -> Status {
                                            outcome.out += block.accepted();
                                            outcome.rejected += block.rejects.size();
                                            outcome.in = outcome.out + outcome.rejected;
                                            tool.show_progress(outcome.in, block.in.bytes_read);
                                            return collect(block, output);
                                          });
  outcome.refused = rejects->refused();
  const bool all_read = outcome.refused.ok();
  if (status.ok() && collect_end) status = collect_end(output, all_read);
  if (auto told = rejects->finish(status.ok() && all_read); status.ok()) status = told;
  TRY(std::move(status));
  // A file that ended early, or lacks what was not read, is not whole, and stays absent.
  const bool is_whole = all_read && !(tool.fail_fast() && outcome.rejected > 0);
  if (!is_whole && output.is_file()) return outcome;
  TRY(output.commit());
  return outcome;
}

/// The same to the output of -o.
template <class Worker>
Result<Outcome> run_lines_to_output(
    Tool& tool, std::vector<Worker>& workers, const ndjson::LineRunOptions& options,
    const std::function<Status(ndjson::LineBlock<Worker>&, stream::Output&)>& collect,
    const std::function<Status(stream::Output&, bool)>& collect_end = nullptr) {
  return run_lines_to<Worker, stream::Output>(
      tool, workers, options, [&] { return tool.open_output(); }, collect, collect_end);
}

/// A filter whose workers write lines: Worker::Output is Buffer, and `merge(const Worker&)`,
/// `remarks(const ndjson::FirstFindings&)`, lines for the end of the run, and `stats()`, JSON
/// members as in Outcome::details, say what they counted. `at_end` gets a worker that has counted
/// all, and what came out of the run.
template <class Worker>
Result<Outcome> run_filter(Tool& tool, const std::function<Worker()>& make,
                           const std::function<void(const Worker&, Outcome&)>& at_end) {
  auto workers = make_workers(tool, make);
  ndjson::FirstFindings firsts;
  auto outcome = run_lines_to_output<Worker>(
      tool, workers, tool.line_options(),
      [&](ndjson::LineBlock<Worker>& block, stream::Output& output) {
        firsts.add(block.in.file, block.file_lines_before, block.findings);
        return output.write(block.out.view(), block.in.idle);
      });
  for (size_t i = 1; i < workers.size(); ++i) workers[0].merge(workers[i]);
  // Also of a run that failed: lines were written.
  for (const auto& remark : workers[0].remarks(firsts)) log_line(tool.name() + ": " + remark);
  if (!outcome.ok()) return outcome;
  outcome->details = workers[0].stats();
  at_end(workers[0], *outcome);
  return outcome;
}

}  // namespace pinpipe::cli
