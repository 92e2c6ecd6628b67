#include "options.h"
#include "payload_run.h"
#include "wire/kafka_rest.h"

using namespace pinpipe;

int main(int argc, char** argv) {
  KafkaFlags flags;
  cli::Tool tool("to-kafka-payload",
                 "turn posts and records into Kafka produce requests, and back");
  declare(tool.flags(), flags);
  if (auto status = tool.parse(argc, argv)) return *status;
  if (flags.unwrap) {
    return tool.finish(run_decode<wire::KafkaUnwrapper>(
        tool, flags.stamp, [](const auto& writer) { return writer.stats(); }));
  }
  const auto run = resolve(flags);
  if (!run.ok()) return tool.misuse(run.error());
  return tool.finish(run_encode(tool, run.value().format, run.value().only));
}
