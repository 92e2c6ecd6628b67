#include "cli/exit_status.h"
#include "cli/last_resort.h"
#include "cli/stop_signals.h"
#include "cli/tool.h"
#include "cli/voice.h"
#include "consumer.h"
#include "options.h"
#include "sink.h"
#include "store.h"

using namespace pinpipe;

namespace {

constexpr const char* kGoOn = "run this again: it goes on after the last object";

cli::Outcome outcome_of(const Sink& sink) {
  auto outcome = sink.outcome();
  outcome.details = "\"nulls\":" + std::to_string(sink.nulls()) +
                    ",\"objects\":" + std::to_string(sink.objects()) +
                    ",\"bytes\":" + std::to_string(sink.bytes());
  return outcome;
}

Result<cli::Outcome> sink_topics(cli::Tool& tool, const SinkRun& run) {
  auto store = open_store(run.destination, run.id);
  if (!store.ok()) return store.error();
  auto names = stream::Output::open({});
  if (!names.ok()) return names.error();
  auto consumer = Consumer::connect(run.properties);
  if (!consumer.ok()) return consumer.error();

  cli::StopSignals signals;  // until here they may end it at once
  Sink sink(tool, run, **consumer, **store, signals, *names);
  auto status = sink.run();
  if (sink.nulls() > 0) {
    cli::tell_line(tool.name() + ": " + std::to_string(sink.nulls()) + " null values skipped");
  }
  if (status.ok()) status = names->commit();
  if (status.ok()) return outcome_of(sink);
  if (cli::reader_has_gone()) cli::die_of_sigpipe();
  return Error{status.error().what, status.error().hint.empty() ? kGoOn : status.error().hint};
}

}  // namespace

int main(int argc, char** argv) {
  SinkFlags flags;
  cli::Tool tool("sink-topics", "write topics of Kafka to a folder or to S3, as whole objects",
                 cli::Tool::Kind::sink);
  tool.takes("ID DIR|s3://BUCKET[/PREFIX]");
  declare(tool.flags(), flags);
  if (auto status = tool.parse(argc, argv)) return *status;
  if (auto status = check(tool.arguments()); !status.ok()) return tool.misuse(status.error());
  auto run = resolve(flags, tool.arguments());
  if (!run.ok()) return tool.finish(run.error());
  run->zstd = tool.zstd_level();
  cli::end_on_aborts();
  return tool.finish(caught([&] { return sink_topics(tool, run.value()); }));
}
