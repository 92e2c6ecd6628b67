#include <array>

#include "cli/exit_status.h"
#include "cli/last_resort.h"
#include "cli/log.h"
#include "cli/stop_signals.h"
#include "cli/tool.h"
#include "json/writer.h"
#include "kafka/connector_file.h"
#include "kafka/librdkafka_consumer.h"
#include "kafka/sink.h"
#include "kafka/store.h"
#include "options.h"
#include "print_topics.h"

using namespace pinpipe;

namespace {

constexpr const char* kGoOn = "run this again: it goes on after the last object";

cli::Outcome outcome_of(const kafka::SinkCounts& counts) {
  cli::Outcome outcome;
  outcome.in = outcome.out = counts.records;
  json::Writer writer(outcome.details);
  writer.member("nulls", counts.nulls);
  writer.member("objects", counts.objects);
  writer.member("bytes", counts.bytes);
  return outcome;
}

kafka::SinkHooks hooks_of(cli::Tool& tool, cli::StopSignals& signals, stream::Output& names) {
  kafka::SinkHooks hooks;
  hooks.is_stopped = [&signals] { return signals.next().has_value(); };
  hooks.on_progress = [&tool](const kafka::SinkCounts& counts) {
    tool.show_progress(counts.records, counts.bytes, counts.expected);
  };
  hooks.on_message = [&tool](const std::string& message) {
    cli::log_line(tool.name() + ": " + message);
  };
  hooks.on_object = [&names](const std::string& path) { return names.write(path + "\n", true); };
  return hooks;
}

Result<cli::Outcome> sink_topics(cli::Tool& tool, SinkRun run) {
  for (const auto& remark : run.remarks) cli::log_line(tool.name() + ": " + remark);
  auto store = TRY(kafka::open_store(run.destination, run.id, run.environment));
  auto names = TRY(stream::Output::open({}));
  auto consumer = TRY(kafka::LibrdkafkaConsumer::connect(run.properties));
  if (!run.topics_regex.empty())
    run.sink.topics = TRY(kafka::topics_that_match(*consumer, run.topics_regex));

  cli::StopSignals signals;  // until here they may end it at once
  kafka::Sink sink(run.sink, hooks_of(tool, signals, names), *consumer, *store);
  auto status = sink.run();
  const auto& counts = sink.counts();
  if (counts.nulls > 0) {
    cli::log_line(tool.name() + ": " + std::to_string(counts.nulls) + " null values skipped");
  }
  if (status.ok()) status = names.commit();
  if (status.ok()) return outcome_of(counts);
  if (cli::reader_has_gone()) cli::die_of_sigpipe();
  return Error{status.error().what, status.error().hint.empty() ? kGoOn : status.error().hint};
}

/// A line of each: name, treatment, what it says.
std::string list_of_properties() {
  std::string text;
  for (const auto& [key, treatment, says] : kafka::connector_properties()) {
    static constexpr std::array kNames{"taken", "checked", "left-out"};
    text += std::string(key) + "\t" + kNames.at(static_cast<size_t>(treatment)) + "\t" +
            std::string(says) + "\n";
  }
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  SinkFlags flags;
  cli::Tool tool("sink-topics", "write topics of Kafka to a folder or to S3, or print them",
                 cli::Tool::kReports | cli::Tool::kRejects);
  tool.takes("[ID] [DIR|s3://BUCKET[/PREFIX]]");
  declare(tool.flags(), flags);
  if (auto status = tool.parse(argc, argv)) return *status;
  if (flags.connector_properties) return tool.print(list_of_properties());
  if (auto status = check(flags, tool.arguments()); !status.ok())
    return tool.misuse(status.error());
  if (tool.keeps_rejects() && !flags.to_stdout)
    return tool.misuse({"--rejects goes with --stdout: objects take values as they are", ""});
  auto run = resolve(flags, tool.arguments());
  if (!run.ok()) return tool.finish(run.error());
  cli::end_on_aborts();
  return tool.finish(
      caught([&] { return run->to_stdout ? print_topics(tool, *run) : sink_topics(tool, *run); }));
}
