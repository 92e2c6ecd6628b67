#include <malloc.h>

#include "aws/kinesis_client.h"
#include "aws/stream_place.h"
#include "aws/stream_reader.h"
#include "cli/exit_status.h"
#include "cli/stop_signals.h"
#include "cli/tool.h"
#include "http/curl_transport.h"
#include "json/writer.h"
#include "options.h"

using namespace pinpipe;

namespace {

/// One reply takes the place of the other. To get its megabytes from the system each time, and to
/// give them back, costs as much as to read it.
void keep_memory() {
  constexpr int kMax = 128 << 20;  // beyond what may be under way
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, kMax);
}

cli::Outcome outcome_of(const aws::StreamReader::Totals& totals) {
  cli::Outcome outcome;
  outcome.in = outcome.out = totals.records;
  json::Writer writer(outcome.details);
  writer.member("replies", totals.replies);
  writer.member("bytes", totals.bytes);
  return outcome;
}

/// `stopped_by` becomes the signal that ended it.
Result<cli::Outcome> read_stream(cli::Tool& tool, const ReadRun& run, std::string& stopped_by) {
  TRY(tool.check_files({}));
  auto place = TRY(aws::StreamPlace::open(run.reader.stream, run.state));
  auto output = TRY(stream::Output::open({}));
  auto transport = TRY(http::CurlTransport::create(run.curl));

  keep_memory();
  cli::StopSignals signals;  // until here they may end it at once
  transport->watch(signals.fd());
  aws::KinesisClient client(run.service, *transport);
  const aws::StreamReader* reader = nullptr;
  aws::StreamReaderHooks hooks;
  hooks.write = [&](std::string_view line) {
    tool.show_progress(reader->totals().records, reader->totals().bytes);
    return output.write(line, true);
  };
  hooks.stopped = [&] {
    if (auto signal = signals.next()) stopped_by = *signal;
    return !stopped_by.empty();
  };
  aws::StreamReader reading(run.reader, std::move(hooks), client, place);
  reader = &reading;
  auto status = reading.run();
  if (status.ok()) status = output.commit();
  if (status.ok()) return outcome_of(reading.totals());
  if (cli::reader_has_gone()) cli::die_of_sigpipe();
  return status.error();
}

}  // namespace

int main(int argc, char** argv) {
  ReadFlags flags;
  cli::Tool tool("read-stream", "read a Kinesis stream, as the replies of GetRecords",
                 cli::Tool::kReports);
  tool.takes("STREAM");
  declare(tool.flags(), flags);
  if (auto status = tool.parse(argc, argv)) return *status;
  if (auto status = check(tool.arguments()); !status.ok()) return tool.misuse(status.error());
  const auto run = resolve(flags, tool.arguments());
  if (!run.ok()) return tool.finish(run.error());
  std::string stopped_by;
  const int status =
      tool.finish(caught([&] { return read_stream(tool, run.value(), stopped_by); }));
  if (status == cli::kHandled && !stopped_by.empty()) cli::die_of(stopped_by);
  return status;
}
