#include "cli/filter.h"
#include "cli/tool.h"
#include "options.h"
#include "payload/encode_worker.h"
#include "payload/kinesis_decode.h"
#include "payload/record_lines.h"
#include "payload/request_writer.h"

using namespace pinpipe;

namespace {

Result<cli::Outcome> encode(cli::Tool& tool, const KinesisRun& run) {
  using Worker = payload::EncodeWorker;
  auto options = tool.line_options();
  options.blocks.pause_ms = payload::kPauseMs;
  auto workers = cli::make_workers<Worker>(tool, [&] { return Worker(run.format, run.only); });
  payload::RequestWriter writer(run.format);
  auto outcome = cli::run_lines_to_output<Worker>(
      tool, workers, options,
      [&](auto& block, auto& output) { return writer.collect(block, output); },
      [&](auto& output) { return writer.close_all(output); });
  if (!outcome.ok()) return outcome;
  const uint64_t rejected = outcome->rejected;
  return cli::Outcome{writer.records() + rejected, writer.records(), rejected, writer.stats()};
}

Result<cli::Outcome> decode(cli::Tool& tool) {
  using Worker = payload::KinesisDecoder;
  auto workers = cli::make_workers<Worker>(tool, [] { return Worker(); });
  payload::RecordLinesWriter writer;
  auto outcome = cli::run_lines_to_output<Worker>(
      tool, workers, tool.line_options(),
      [&](auto& block, auto& output) { return writer.collect(block, output); });
  if (!outcome.ok()) return outcome;
  const uint64_t rejected = outcome->rejected;
  const auto details = writer.stats() + ",\"aggregates\":" + std::to_string(writer.aggregates());
  return cli::Outcome{writer.records() + rejected, writer.records(), rejected, details};
}

}  // namespace

int main(int argc, char** argv) {
  KinesisFlags flags;
  cli::Tool tool("kinesis-encode", "turn posts and records into Kinesis put requests, and back");
  declare(tool.app(), flags);
  if (auto status = tool.parse(argc, argv)) return *status;
  if (flags.decode) return tool.finish(decode(tool));

  const auto run = resolve(flags);
  if (!run.ok()) return tool.misuse(run.error());
  return tool.finish(encode(tool, run.value()));
}
