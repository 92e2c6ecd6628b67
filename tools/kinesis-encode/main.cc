#include "options.h"
#include "payload_run.h"
#include "wire/kinesis.h"

using namespace pinpipe;

int main(int argc, char** argv) {
  KinesisFlags flags;
  cli::Tool tool("kinesis-encode", "turn posts and records into Kinesis put requests, and back");
  declare(tool.flags(), flags);
  if (auto status = tool.parse(argc, argv)) return *status;
  if (flags.decode) {
    return tool.finish(run_decode<wire::KinesisDecoder>(tool, flags.stamp, [](const auto& writer) {
      return writer.stats() + ",\"aggregates\":" + std::to_string(writer.aggregates());
    }));
  }
  const auto run = resolve(flags);
  if (!run.ok()) return tool.misuse(run.error());
  return tool.finish(run_encode(tool, run.value().format, run.value().only));
}
