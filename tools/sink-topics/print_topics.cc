#include "print_topics.h"

#include "cli/log.h"
#include "cli/stop_signals.h"
#include "json/writer.h"
#include "kafka/librdkafka_group_member.h"
#include "kafka/topic_printer.h"
#include "stream/output.h"

namespace pinpipe {
namespace {

cli::Outcome outcome_of(const kafka::PrinterCounts& counts) {
  cli::Outcome outcome;
  outcome.in = counts.records + counts.rejected;
  outcome.out = counts.records;
  outcome.rejected = counts.rejected;
  if (counts.missed > 0) {
    outcome.unmet.push_back(std::to_string(counts.missed) +
                            " records were deleted by Kafka before the group read them");
  }
  json::Writer writer(outcome.details);
  writer.member("nulls", counts.nulls);
  writer.member("missed", counts.missed);
  writer.member("bytes", counts.bytes);
  return outcome;
}

/// Places of rejects are TOPIC+PARTITION:OFFSET.
Status reject(ndjson::RejectLog& rejects, const std::string& topic, const kafka::Record& record,
              const std::string& reason) {
  ndjson::Reject reject{static_cast<uint64_t>(record.offset), reason, ""};
  if (rejects.keeps_raw()) reject.raw = *record.value;
  return rejects.add(topic + "+" + std::to_string(record.partition), 0, 0, {reject});
}

Result<std::unique_ptr<kafka::Consumer>> connect(const SinkRun& run) {
  return run.group.empty() ? kafka::LibrdkafkaConsumer::connect(run.properties)
                           : kafka::LibrdkafkaGroupMember::connect(run.properties, run.group);
}

}  // namespace

Result<cli::Outcome> print_topics(cli::Tool& tool, const SinkRun& run) {
  TRY(tool.check_files({}));
  stream::OutputOptions options;
  options.zstd_level = run.zstd;
  options.before_write = [] { cli::log_progress(""); };
  auto output = TRY(stream::Output::open(options));
  const auto rejects = TRY(tool.open_rejects());
  auto consumer = TRY(connect(run));

  cli::StopSignals signals;  // until here they may end it at once
  kafka::PrinterHooks hooks;
  hooks.is_stopped = [&] { return signals.next().has_value() || cli::reader_has_gone(); };
  hooks.on_progress = [&tool](const kafka::PrinterCounts& counts) {
    tool.show_progress(counts.records, counts.bytes, counts.expected);
  };
  hooks.on_message = [&tool](const std::string& message) {
    cli::log_line(tool.name() + ": " + message);
  };
  hooks.print = [&output](std::string_view lines) { return output.write(lines, true); };
  hooks.reject = [&](const kafka::Record& record, const std::string& reason) {
    return reject(*rejects, consumer->topic(record.topic), record, reason);
  };
  kafka::TopicPrinter printer(run.print, std::move(hooks), *consumer);
  auto status = printer.run();
  const auto& counts = printer.counts();
  if (counts.nulls > 0)
    cli::log_line(tool.name() + ": " + std::to_string(counts.nulls) + " null values skipped");
  const auto kept = rejects->finish(status.ok());
  if (status.ok()) status = output.commit();
  if (status.ok()) status = kept;
  if (cli::reader_has_gone()) {
    consumer.reset();
    cli::die_of_sigpipe();
  }
  if (status.ok()) return outcome_of(counts);
  return status.error();
}

}  // namespace pinpipe
