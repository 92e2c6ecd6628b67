#include <random>

#include "aws/credential_source.h"
#include "aws/kinesis_client.h"
#include "cli/tool.h"
#include "http/curl_transport.h"
#include "options.h"
#include "stream/output.h"
#include "streams.h"

using namespace pinpipe;

namespace {

Result<cli::Outcome> create_streams(const StreamRun& run) {
  const auto environment = aws::process_environment();
  auto service = TRY(aws::kinesis_options(environment));
  service.credentials = [source = aws::process_credentials()] { return source->get(); };
  service.seed = std::random_device()();
  auto transport = TRY(http::CurlTransport::create(aws::curl_options(environment, 1)));
  auto output = TRY(stream::Output::open({}));
  aws::KinesisClient client(std::move(service), *transport);
  auto status =
      run_streams(client, run, [&](std::string_view lines) { return output.write(lines, true); });
  if (status.ok()) status = output.commit();
  if (status.ok()) return cli::Outcome{};
  return status.error();
}

}  // namespace

int main(int argc, char** argv) {
  StreamFlags flags;
  cli::Tool tool("create-streams", "make, list, describe or delete the Kinesis streams of an ID",
                 0);
  tool.takes("ID");
  declare(tool.flags(), flags);
  if (auto status = tool.parse(argc, argv)) return *status;
  const auto run = resolve(flags, tool.arguments());
  if (!run.ok()) return tool.misuse(run.error());
  return tool.finish(caught([&] { return create_streams(run.value()); }));
}
