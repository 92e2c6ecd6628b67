#include "cli/log.h"
#include "cli/stop_signals.h"
#include "cli/tool.h"
#include "emulator.h"
#include "list_trends.h"
#include "open_source.h"
#include "options.h"

using namespace pinpipe;

namespace {

/// `ended_by` gets the name of the signal that ended an endless run.
Result<cli::Outcome> emulate(cli::Tool& tool, const Emulation& emulation,
                             std::optional<std::string>& ended_by) {
  std::vector<std::string> files;
  if (emulation.from == Emulation::From::pool) files = {emulation.source};
  TRY(tool.check_files(files));
  auto rejects = TRY(tool.open_rejects());
  auto source = TRY(open_source(tool, emulation, *rejects));
  auto output = TRY(tool.open_output());

  // An endless run into a file ends well by a signal: the posts that it has are the file.
  std::optional<cli::StopSignals> signals;
  if (!emulation.count && output.is_file()) signals.emplace();
  Emulator emulator(tool, emulation, source, *rejects, output);
  if (signals) emulator.poll(*signals);
  auto status = emulator.run();
  if (auto told = rejects->finish(status.ok()); status.ok()) status = told;
  if (status.ok()) status = output.commit();
  TRY(std::move(status));
  ended_by = emulator.ended_by();
  return emulator.outcome();
}

}  // namespace

int main(int argc, char** argv) {
  EmulateFlags flags;
  cli::Tool tool(
      "emulate-posts", "post as the users of Pinterest do, from a table of posts",
      cli::Tool::kReports | cli::Tool::kOutput | cli::Tool::kThreads | cli::Tool::kRejects);
  declare(tool.flags(), flags);
  if (auto status = tool.parse(argc, argv)) return *status;
  const auto emulation = resolve(flags);
  if (!emulation.ok()) return tool.misuse(emulation.error());
  if (emulation.value().list_trends) return tool.finish(list_trends(tool, emulation.value()));
  std::optional<std::string> ended_by;
  const auto outcome = emulate(tool, emulation.value(), ended_by);
  const int status = tool.finish(outcome);
  if (!ended_by) return status;
  cli::log_line(tool.name() + ": ended by " + *ended_by + " after " +
                std::to_string(outcome.value().out) + " posts");
  cli::die_of(*ended_by);
  return status;
}
