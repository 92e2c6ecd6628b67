#include "cli/tool.h"
#include "kafka/topic_admin.h"
#include "options.h"
#include "stream/output.h"
#include "topics.h"

using namespace pinpipe;

namespace {

Result<cli::Outcome> create_topics(const cli::Tool& tool, const TopicFlags& flags,
                                   const TopicRun& run) {
  const auto properties = TRY(kafka::client_properties(flags.config, flags.bootstrap));
  auto output = TRY(stream::Output::open({}));
  const auto admin = TRY(kafka::TopicAdmin::connect(properties, tool.name()));
  auto status =
      run_topics(*admin, run, [&](std::string_view lines) { return output.write(lines, true); });
  if (status.ok()) status = output.commit();
  if (status.ok()) return cli::Outcome{};
  return status.error();
}

}  // namespace

int main(int argc, char** argv) {
  TopicFlags flags;
  cli::Tool tool("create-topics", "make, list, describe or delete the Kafka topics of an ID", 0);
  tool.takes("ID");
  declare(tool.flags(), flags);
  if (auto status = tool.parse(argc, argv)) return *status;
  const auto run = resolve(flags, tool.arguments());
  if (!run.ok()) return tool.misuse(run.error());
  return tool.finish(caught([&] { return create_topics(tool, flags, run.value()); }));
}
