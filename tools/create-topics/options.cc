#include "options.h"

#include "kafka_flags.h"
#include "wire/destination.h"

namespace pinpipe {

void declare(cli::Flags& flags, TopicFlags& to) {
  declare_kafka(flags, to.bootstrap, to.config);
  flags.count("--partitions", to.partitions, {1, 100'000},
              "Partitions of each topic. The default is 1 for new topics, any for old ones.");
  flags.count("--replication", to.replication, {1, 32'767},
              "Copies of each new topic (default: as the cluster says).");
  const auto list =
      flags.flag("--list", to.list,
                 "Print the names of the topics that are there, one a line: those of ID, or all.");
  const auto describe = flags.flag(
      "--describe", to.describe,
      "Print what the topics of ID are, a JSON line each: topic, partitions, replication.");
  const auto remove =
      flags.flag("--delete", to.remove, "Delete the topics of ID, with all that is in them.");
  describe.excludes(list);
  remove.excludes(list).excludes(describe);
  flags.group("");
  flags.input_file("--command-config", to.config, "The former name of --config.");
}

Result<TopicRun> resolve(const TopicFlags& flags, const std::vector<std::string>& words) {
  TopicRun run;
  run.verb = flags.list       ? Verb::list
             : flags.describe ? Verb::describe
             : flags.remove   ? Verb::remove
                              : Verb::create;
  if (flags.partitions) run.partitions = static_cast<int32_t>(*flags.partitions);
  if (flags.replication) run.replication = static_cast<int32_t>(*flags.replication);
  if (words.empty() && run.verb == Verb::list) return run;
  if (words.empty()) return Error{"no ID", "the topics are ID.pin, ID.geo and ID.user"};
  if (words.size() > 1) return Error{"unexpected argument '" + words[1] + "'", ""};
  run.id = words[0];
  run.topics = TRY(wire::names_of_id(wire::kTopicNames, run.id));
  return run;
}

}  // namespace pinpipe
