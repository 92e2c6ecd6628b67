#include "options.h"

#include <array>

#include "kafka/store.h"

namespace pinpipe {
namespace {

constexpr std::array kDatasets{".pin", ".geo", ".user"};

/// What Kafka takes in the name of a topic; a path made of it stays where it belongs.
bool is_id(const std::string& text) {
  static constexpr const char* kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  return !text.empty() && text.find_first_not_of(kAllowed) == text.npos;
}

}  // namespace

void declare(cli::Flags& flags, SinkFlags& to) {
  flags.text(
      "--bootstrap", to.bootstrap, "SERVERS",
      "Reach Kafka at HOST:PORT (default: KAFKA_BOOTSTRAP). Several have commas between. Without "
      "it, Kafka is at bootstrap.servers of --config, or at the variable KAFKA_BOOTSTRAP.");
  flags.input_file("--config", to.config,
                   "Take properties of the client from FILE. Each is a line key=value of "
                   "librdkafka: security.protocol, sasl.mechanism, sasl.username, sasl.password "
                   "... A client.properties of Java that logs in to MSK by IAM is taken as it is.");
  flags.count("--flush-size", to.flush_size, {1, 1'000'000'000},
              "End an object when it has N records (default 10000).");
  flags.duration("--rotate", to.rotate, cli::kSecond, {1},
                 "End an object when it is so old, too. Its age is that of its first record; the "
                 "default is to wait for records without limit. A bare number is seconds.");
  const auto once =
      flags.flag("--once", to.once, "Stop where the topics ended when this was started.");
  flags
      .flag("--follow", to.follow,
            "Go on with what is written to the topics, until a signal (default).")
      .excludes(once);
  flags.zstd(to.zstd,
             "Compress objects, at level 1 to 19 (default 3). That is with zstd, and their names "
             "end in .json.zst.");
  flags.group("");
  flags.flag("--exit", to.once, "The former name of --once.");
}

Status check(const std::vector<std::string>& places) {
  if (places.empty()) return Error{"no ID", "name the ID of the topics, then a folder or bucket"};
  if (!is_id(places[0])) {
    return Error{"ID '" + places[0] + "' cannot be part of a topic's name",
                 "letters, digits, '.', '_' and '-'"};
  }
  if (places.size() < 2 || places[1].empty())
    return Error{"no destination", "name a folder, or s3://BUCKET[/PREFIX], behind the ID"};
  if (places.size() > 2) return Error{"unexpected argument '" + places[2] + "'", ""};
  const auto& destination = places[1];
  if (destination.starts_with(kafka::kS3) &&
      destination.find_first_not_of('/', kafka::kS3.size()) != kafka::kS3.size())
    return Error{"no bucket in '" + destination + "'", "buckets are s3://BUCKET[/PREFIX]"};
  return {};
}

Result<SinkRun> resolve(const SinkFlags& flags, const std::vector<std::string>& places) {
  SinkRun run;
  run.id = places[0];
  run.destination = places[1];
  for (const auto dataset : kDatasets) run.sink.topics.push_back(run.id + dataset);
  run.sink.flush_size = flags.flush_size;
  run.sink.rotate = flags.rotate;
  run.sink.until_end = flags.once;
  run.sink.zstd = flags.zstd;
  run.properties = TRY(kafka::client_properties(flags.config, flags.bootstrap));
  return run;
}

}  // namespace pinpipe
