#include "cli/tool.h"
#include "emulator.h"
#include "open_source.h"
#include "options.h"

using namespace pinpipe;

namespace {

Result<cli::Outcome> emulate(cli::Tool& tool, const Emulation& emulation) {
  std::vector<std::string> files;
  if (emulation.from == Emulation::From::pool) files = {emulation.source};
  if (auto status = tool.check_files(files); !status.ok()) return status.error();
  auto rejects = tool.open_rejects();
  if (!rejects.ok()) return rejects.error();
  auto source = open_source(tool, emulation, *rejects.value());
  if (!source.ok()) return source.error();
  auto output = tool.open_output();
  if (!output.ok()) return output.error();

  Emulator emulator(tool, emulation, *source, *rejects.value(), *output);
  auto status = emulator.run();
  if (auto told = rejects.value()->finish(status.ok()); status.ok()) status = told;
  if (status.ok()) status = output->commit();
  if (!status.ok()) return status.error();
  return emulator.outcome();
}

}  // namespace

int main(int argc, char** argv) {
  EmulateFlags flags;
  cli::Tool tool("emulate-posts", "post as the users of Pinterest do, from a table of posts",
                 cli::Tool::Kind::source);
  declare(tool.flags(), flags);
  if (auto status = tool.parse(argc, argv)) return *status;
  const auto emulation = resolve(flags);
  if (!emulation.ok()) return tool.misuse(emulation.error());
  return tool.finish(emulate(tool, emulation.value()));
}
