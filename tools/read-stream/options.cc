#include "options.h"

#include <array>
#include <random>

#include "aws/credential_source.h"
#include "aws/kinesis_client.h"

namespace pinpipe {
namespace {

constexpr std::array<std::pair<std::string_view, Start>, 2> kStarts{
    {{"TRIM_HORIZON", Start::oldest}, {"LATEST", Start::latest}}};
constexpr uint32_t kReceiveBytes =
    512 << 10;  // a reply has megabytes: with 16 KiB half the time is calls
constexpr uint64_t kMaxReplyBytes = 64ULL << 20;  // GetRecords has 10 MiB of data, in base64

}  // namespace

void declare(cli::Flags& flags, ReadFlags& to) {
  const auto once =
      flags.flag("--once", to.once, "Stop behind what was there when this was started (default).");
  flags.flag("--follow", to.follow, "Go on with what is written to the stream, until a signal.")
      .excludes(once);
  flags.output_file("--state", to.state,
                    "Keep the place in FILE, and go on from there. Nothing is lost; what was "
                    "written in the last tenth of a second before a kill -9 comes again.");
  flags.choice("--from", to.from, kStarts,
               "Where to begin without a kept place (default TRIM_HORIZON, the oldest record).");
  flags.duration("--timeout", to.timeout, cli::kSecond, {1},
                 "Wait up to DURATION for a reply, to its last byte (default 60s). A bare number "
                 "is seconds.");
}

Status check(const std::vector<std::string>& words) {
  if (words.empty()) return Error{"no STREAM", "name a stream, or give its ARN"};
  if (words.size() > 1) return Error{"unexpected argument '" + words[1] + "'", ""};
  TRY(aws::check_stream(words[0]));
  return {};
}

Result<ReadRun> resolve(const ReadFlags& flags, const std::vector<std::string>& words) {
  const auto environment = aws::process_environment();
  auto service = TRY(aws::kinesis_options(environment));
  ReadRun run;
  run.service = std::move(service);
  run.service.credentials = [source = aws::process_credentials()] { return source->get(); };
  run.service.seed = std::random_device()();
  run.reader.stream = words[0];
  run.reader.follow = flags.follow;
  run.reader.latest = flags.from == Start::latest;
  run.reader.paced = run.service.endpoint.empty();
  run.curl = aws::curl_options(environment, run.reader.parallel);
  run.curl.timeout = flags.timeout;
  run.curl.max_reply_bytes = kMaxReplyBytes;
  run.curl.receive_bytes = kReceiveBytes;
  run.state = flags.state;
  return run;
}

}  // namespace pinpipe
