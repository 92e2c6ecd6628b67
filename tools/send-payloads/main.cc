#include <optional>

#include "cli/exit_status.h"
#include "cli/log.h"
#include "cli/stop_signals.h"
#include "cli/tool.h"
#include "connection.h"
#include "delivery/dead_letters.h"
#include "delivery/request_queue.h"
#include "delivery/sender.h"
#include "json/writer.h"
#include "options.h"

using namespace pinpipe;

namespace {

/// What a run opened.
struct Session {
  stream::Output output;
  std::unique_ptr<ndjson::RejectLog> rejects;
  std::optional<delivery::DeadLetterFile> dead_letters;
  std::unique_ptr<Connection> connection;
};

Result<Session> open(const cli::Tool& tool, const SendRun& run) {
  TRY(tool.check_files(tool.line_options().files, true));
  auto connection = TRY(Connection::open(run));
  auto rejects = TRY(tool.open_rejects());
  std::optional<delivery::DeadLetterFile> dead_letters;
  if (!run.dead_letter.empty()) {
    auto file = TRY(delivery::DeadLetterFile::open(run.dead_letter));
    dead_letters.emplace(std::move(file));
  }
  auto output = TRY(tool.open_output());
  return Session{std::move(output), std::move(rejects), std::move(dead_letters),
                 std::move(connection)};
}

/// The stats of a run to its end.
delivery::DeliveryStats send(cli::Tool& tool, const SendRun& run, Session& session,
                             cli::StopSignals& signals) {
  delivery::RequestQueue queue;
  auto& carrier = session.connection->carrier();
  queue.on_change = [&] { carrier.wake(); };
  session.connection->watch(signals.fd());

  const delivery::RequestReader* reader = nullptr;
  const delivery::Sender* sender = nullptr;
  delivery::SenderHooks hooks;
  hooks.report = [&](std::string_view lines) {
    const auto& done = sender->stats();
    tool.show_progress(done.delivered + done.dead_lettered + done.lost, reader->bytes_read());
    return session.output.write(lines, true);
  };
  if (session.dead_letters)
    hooks.keep = [&](std::string_view lines) { return session.dead_letters->append(lines); };
  hooks.log = [&](const std::string& line) { cli::log_line(tool.name() + ": " + line); };
  hooks.stop_signal = [&] { return signals.next(); };

  delivery::Sender sending(queue, carrier, run.sender, hooks);
  auto options = tool.line_options();
  options.blocks.max_line +=
      delivery::kDeadLetterRoom;  // of an earlier run, as long as its request
  const delivery::RequestReader reading(options, carrier, *session.rejects, queue);
  sender = &sending;
  reader = &reading;
  return sending.run();
}

/// Ends what the run opened, and adds to `stats` what goes wrong there.
void close(Session& session, delivery::DeliveryStats& stats) {
  const auto note = [&](const Status& status) {
    if (!status.ok()) stats.errors.push_back(status.error());
  };
  note(session.rejects->finish(stats.errors.empty()));
  if (session.dead_letters) note(session.dead_letters->close());
  // Reports of a run that failed are not whole, and get no name.
  if (!stats.report_error && (stats.errors.empty() || !session.output.is_file()))
    note(session.output.commit());
}

cli::Outcome outcome_of(const delivery::DeliveryStats& stats, uint64_t rejected_lines) {
  cli::Outcome outcome;
  outcome.out = stats.delivered;
  outcome.rejected = stats.dead_lettered + stats.lost + rejected_lines;
  outcome.in = stats.records + rejected_lines;
  json::Writer writer(outcome.details);
  writer.member("delivered", stats.delivered);
  writer.member("dead_lettered", stats.dead_lettered);
  writer.member("lost", stats.lost);
  writer.member("rejected_lines", rejected_lines);
  writer.member("requests", stats.requests);
  writer.member("attempts", stats.attempts);
  writer.member("retries", stats.retries);
  return outcome;
}

/// Says where the records are that were not delivered.
void log_undelivered(const cli::Tool& tool, const delivery::DeliveryStats& stats,
                     const std::string& dead_letter) {
  if (stats.dead_lettered > 0) {
    cli::log_line(tool.name() + ": " + delivery::counted_records(stats.dead_lettered) +
                  " not delivered, kept in '" + dead_letter + "'");
  }
  if (stats.lost > 0) {
    cli::log_line(
        tool.name() + ": " + delivery::counted_records(stats.lost) + " not delivered" +
        (dead_letter.empty() ? "; --dead-letter FILE keeps such records" : " and not kept"));
  }
  if (!stats.hint.empty()) cli::log_line("hint: " + stats.hint);
}

int run_to_end(cli::Tool& tool, const SendRun& run) {
  cli::StopSignals signals;
  auto session = open(tool, run);
  if (!session.ok()) return tool.finish(session.error());
  auto stats = send(tool, run, *session, signals);
  const bool left = stats.report_error && cli::reader_has_gone();
  if (stats.report_error && !left) stats.errors.push_back(*stats.report_error);
  close(*session, stats);
  log_undelivered(tool, stats, run.dead_letter);
  const int status = tool.finish(outcome_of(stats, session->rejects->count()));
  for (const auto& error : stats.errors) cli::log_error(tool.name(), error);
  if (left) cli::die_of_sigpipe();
  return stats.errors.empty() ? status : cli::kFailed;
}

}  // namespace

int main(int argc, char** argv) {
  SendFlags flags;
  cli::Tool tool("send-payloads", "send Kafka and Kinesis requests, and report what was delivered");
  declare(tool.flags(), flags);
  if (auto status = tool.parse(argc, argv)) return *status;
  if (auto status = check(flags); !status.ok()) return tool.misuse(status.error());
  const auto run = resolve(flags);
  return run.ok() ? run_to_end(tool, run.value()) : tool.finish(run.error());
}
