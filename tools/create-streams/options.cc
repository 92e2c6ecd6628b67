#include "options.h"

#include "aws/kinesis_client.h"
#include "wire/destination.h"

namespace pinpipe {

void declare(cli::Flags& flags, StreamFlags& to) {
  flags.count("--shards", to.shards, {1, 100'000}, "Shards of each new stream (default 1).");
  flags.duration("--wait", to.wait, cli::kSecond, {1},
                 "Wait up to DURATION until the streams can be used, or are gone (default 2m). A "
                 "bare number is seconds.");
  const auto list =
      flags.flag("--list", to.list,
                 "Print the names of the streams that are there, one a line: those of ID, or all.");
  const auto describe =
      flags.flag("--describe", to.describe,
                 "Print what the streams of ID are, a JSON line each: stream, arn, status, shards, "
                 "retention_hours, mode.");
  const auto list_shards =
      flags.flag("--list-shards", to.list_shards,
                 "Print the open shards of the streams of ID, a JSON line each stream. It is what "
                 "ListShards of Kinesis says of them, for kinesis-encode --shards.");
  const auto remove =
      flags.flag("--delete", to.remove, "Delete the streams of ID, with all that is in them.");
  describe.excludes(list);
  list_shards.excludes(list).excludes(describe);
  remove.excludes(list).excludes(describe).excludes(list_shards);
}

Result<StreamRun> resolve(const StreamFlags& flags, const std::vector<std::string>& words) {
  StreamRun run;
  run.verb = flags.list          ? Verb::list
             : flags.describe    ? Verb::describe
             : flags.list_shards ? Verb::list_shards
             : flags.remove      ? Verb::remove
                                 : Verb::create;
  run.shards = flags.shards;
  run.wait = flags.wait;
  if (words.empty() && run.verb == Verb::list) return run;
  if (words.empty()) return Error{"no ID", "the streams are streaming-ID-pin, -geo and -user"};
  if (words.size() > 1) return Error{"unexpected argument '" + words[1] + "'", ""};
  run.streams = TRY(wire::names_of_id(wire::kStreamNames, words[0]));
  return run;
}

}  // namespace pinpipe
