#include "options.h"

#include "kafka/store.h"
#include "kafka/topic_name.h"

namespace pinpipe {
void declare(cli::Flags& flags, SinkFlags& to) {
  flags.text(
      "--bootstrap", to.bootstrap, "SERVERS",
      "Reach Kafka at HOST:PORT (default: KAFKA_BOOTSTRAP). Several have commas between. Without "
      "it, Kafka is at bootstrap.servers of --config, or at the variable KAFKA_BOOTSTRAP.");
  flags.input_file("--config", to.config,
                   "Take properties of the client from FILE. Each is a line key=value of "
                   "librdkafka: security.protocol, sasl.mechanism, sasl.username, sasl.password "
                   "... A client.properties of Java that logs in to MSK by IAM is taken as it is.");
  const auto to_stdout =
      flags.flag("--stdout", to.to_stdout,
                 "Print values as lines of JSON. ID comes alone then, and no objects are written.");
  flags
      .flag(
          "--from-beginning", to.from_beginning,
          "Print from the first record that there is. Without it, from now on; a --group that has "
          "a place goes on there.")
      .needs(to_stdout);
  flags
      .text("--group", to.group, "NAME",
            "Share the records with others of the consumer group NAME. Its place is kept in Kafka: "
            "run again, it goes on there.")
      .needs(to_stdout);
  flags
      .count("--flush-size", to.flush_size, {1, 1'000'000'000},
             "End an object when it has N records (default 10000).")
      .excludes(to_stdout);
  flags
      .duration("--rotate", to.rotate, cli::kSecond, {1},
                "End an object when it is so old, too. Its age is that of its first record; the "
                "default is to wait for records without limit. A bare number is seconds.")
      .excludes(to_stdout);
  const auto once =
      flags.flag("--once", to.once, "Stop where the topics ended when this was started.");
  flags
      .flag("--follow", to.follow,
            "Go on with what is written to the topics, until a signal (default).")
      .excludes(once);
  flags.zstd(to.zstd,
             "Compress objects, at level 1 to 19 (default 3). That is with zstd, and their names "
             "end in .json.zst. With --stdout, it compresses what is printed.");
  flags.group("");
  flags.flag("--exit", to.once, "The former name of --once.");
}

namespace {

Status check_print(const SinkFlags& flags, const std::vector<std::string>& places) {
  if (places.size() > 1) {
    return Error{"unexpected argument '" + places[1] + "'",
                 "with --stdout there is neither folder nor bucket"};
  }
  if (flags.once && !flags.from_beginning && flags.group.empty()) {
    return Error{"--once alone would print nothing: it begins where the topics end",
                 "--from-beginning prints what is there, --group NAME what is new to a group"};
  }
  return {};
}

Status check_destination(const std::vector<std::string>& places) {
  if (places.size() < 2 || places[1].empty()) {
    return Error{"no destination",
                 "name a folder, or s3://BUCKET[/PREFIX], behind the ID; or --stdout"};
  }
  if (places.size() > 2) return Error{"unexpected argument '" + places[2] + "'", ""};
  const auto& destination = places[1];
  if (destination.starts_with(kafka::kS3) &&
      destination.find_first_not_of('/', kafka::kS3.size()) != kafka::kS3.size())
    return Error{"no bucket in '" + destination + "'", "buckets are s3://BUCKET[/PREFIX]"};
  return {};
}

}  // namespace

Status check(const SinkFlags& flags, const std::vector<std::string>& places) {
  if (places.empty())
    return Error{"no ID", "name the ID of the topics, then a folder or bucket; or --stdout"};
  TRY(kafka::check_id(places[0]));
  return flags.to_stdout ? check_print(flags, places) : check_destination(places);
}

Result<SinkRun> resolve(const SinkFlags& flags, const std::vector<std::string>& places) {
  SinkRun run;
  run.id = places[0];
  if (!flags.to_stdout) run.destination = places[1];
  run.sink.topics = kafka::topics_of(run.id);
  run.sink.flush_size = flags.flush_size;
  run.sink.rotate = flags.rotate;
  run.sink.until_end = flags.once;
  run.sink.zstd = flags.zstd;
  run.to_stdout = flags.to_stdout;
  run.print = {{run.sink.topics, flags.once}, flags.from_beginning};
  run.group = flags.group;
  run.properties = TRY(kafka::client_properties(flags.config, flags.bootstrap));
  return run;
}

}  // namespace pinpipe
