#include "options.h"

#include <utility>

#include "base/suggest.h"
#include "kafka/connector_file.h"
#include "kafka/store.h"
#include "kafka_flags.h"
#include "wire/destination.h"

namespace pinpipe {
namespace {

Result<kafka::TimeSource> parse_time_source(std::string_view text) {
  using Of = kafka::TimeSource::Of;
  if (text.empty()) return Error{"--time names no field", ""};
  if (text == "record" || text == "now")
    return kafka::TimeSource{text == "now" ? Of::now : Of::record};
  return kafka::TimeSource{Of::field, std::string(text)};
}

}  // namespace

void declare(cli::Flags& flags, SinkFlags& to) {
  declare_kafka(flags, to.bootstrap, to.config);
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
      .input_file(
          "--connector", to.connector,
          "Take topics, bucket and form of the objects from FILE. It has the properties of "
          "Confluent's S3 sink connector, as MSK Connect or a worker of Connect takes them; "
          "what is given here wins over it.")
      .excludes(to_stdout);
  flags
      .text("--partition-by", to.partition_by, "FORMAT",
            "Put objects into folders by day, hour or a FORMAT of time. A day is "
            "year=2022/month=10/day=20; other formats are those of path.format of Kafka Connect: "
            "\"'dt'=YYYY-MM-dd\".")
      .excludes(to_stdout);
  flags
      .text("--timezone", to.timezone, "ZONE",
            "Take days and hours of ZONE (default UTC). As in Europe/London, or +05:30.")
      .excludes(to_stdout);
  flags
      .list(
          "--time", to.time, "FIELD", parse_time_source,
          "Take the time of FIELD; record, Kafka's (default); or now. Of several, with commas "
          "between, the first that a record has counts; a FIELD of an object within is NAME.NAME.")
      .excludes(to_stdout);
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
  const auto zstd = flags.zstd(
      to.zstd,
      "Compress objects, at level 1 to 19 (default 3). That is with zstd, and their names "
      "end in .json.zst. With --stdout, it compresses what is printed.");
  flags.flag("--gzip", to.gzip, "Compress objects with gzip. Their names end in .json.gz.")
      .excludes(to_stdout)
      .excludes(zstd);
  flags.flag("--connector-properties", to.connector_properties,
             "List the properties that --connector knows, and stop. A line has a name; taken, "
             "checked or left-out; and what it says, with tabs between.");
  flags.group("");
  flags.flag("--exit", to.once, "The former name of --once.");
}

namespace {

Result<kafka::PathFormat> path_format_of(const std::string& text) {
  if (text == "day") return kafka::PathFormat::parse(kafka::kDailyFormat);
  if (text == "hour") return kafka::PathFormat::parse(kafka::kHourlyFormat);
  auto format = kafka::PathFormat::parse(text);
  if (format.ok()) return format;
  const std::vector<std::string> names{"day", "hour"};
  if (const auto hint = did_you_mean(text, names); !hint.empty()) {
    return Error{"--partition-by must be day, hour or a format, not '" + text + "'", hint};
  }
  return Error{"--partition-by is day, hour or a format: " + format.error().what,
               format.error().hint};
}

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

Status check_destination(const std::string& destination) {
  if (destination.starts_with(kafka::kS3) &&
      destination.find_first_not_of('/', kafka::kS3.size()) != kafka::kS3.size())
    return Error{"no bucket in '" + destination + "'", "buckets are s3://BUCKET[/PREFIX]"};
  return {};
}

Status check_times(const SinkFlags& flags) {
  if (flags.partition_by) TRY(path_format_of(*flags.partition_by));
  if (flags.timezone) TRY(kafka::TimeZone::named(*flags.timezone));
  const bool has_folders = flags.partition_by || !flags.connector.empty();
  if ((flags.timezone || !flags.time.empty()) && !has_folders)
    return Error{"without --partition-by there are no folders by time", ""};
  if (flags.time.size() > 1 && flags.time.front().of == kafka::TimeSource::Of::now)
    return Error{"behind 'now', --time takes no others", "every record has it"};
  return {};
}

}  // namespace

Status check(const SinkFlags& flags, const std::vector<std::string>& places) {
  TRY(check_times(flags));
  const bool has_file = !flags.connector.empty();
  if (places.size() > 2) return Error{"unexpected argument '" + places[2] + "'", ""};
  if (has_file && places.size() < 2)
    return places.empty() ? Status() : check_destination(places[0]);
  if (places.empty())
    return Error{"no ID", "name the ID of the topics, then a folder or bucket; or --stdout"};
  TRY(wire::names_of_id(wire::kTopicNames, places[0]));
  if (flags.to_stdout) return check_print(flags, places);
  if (places.size() < 2 || places[1].empty()) {
    return Error{"no destination",
                 "name a folder, or s3://BUCKET[/PREFIX], behind the ID; or --stdout"};
  }
  return check_destination(places[1]);
}

namespace {

/// What --connector says; without, what holds of a sink unless something else is said.
Status take_connector(const SinkFlags& flags, const std::vector<std::string>& places,
                      SinkRun& run) {
  run.environment = aws::process_environment();
  if (flags.connector.empty()) {
    run.id = places[0];
    run.sink.topics = TRY(wire::names_of_id(wire::kTopicNames, run.id));
    return {};
  }
  auto file = TRY(kafka::read_connector_file(flags.connector));
  run.sink = std::move(file.sink);
  run.sink.topics = places.size() == 2 ? TRY(wire::names_of_id(wire::kTopicNames, places[0]))
                                       : std::move(file.topics);
  run.topics_regex = places.size() == 2 ? "" : std::move(file.topics_regex);
  run.id = places.size() == 2                                     ? places[0]
           : wire::names_of_id(wire::kTopicNames, file.name).ok() ? file.name
                                                                  : "connector";
  if (run.sink.topics.empty() && run.topics_regex.empty())
    return Error{flags.connector + ": nothing says which topics", "topics, or topics.regex, does"};
  if (!file.bucket.empty()) run.destination = std::string(kafka::kS3) + file.bucket;
  run.remarks = std::move(file.remarks);
  if (!file.environment.empty()) {
    run.environment = [of_file = std::move(file.environment), rest = std::move(run.environment)](
                          const std::string& name) -> std::optional<std::string> {
      const auto found = of_file.find(name);
      if (found != of_file.end()) return found->second;
      // Keys go together.
      if (name == "AWS_SESSION_TOKEN" && of_file.contains("AWS_ACCESS_KEY_ID")) return {};
      return rest(name);
    };
  }
  return {};
}

Status set_times(const SinkFlags& flags, kafka::SinkOptions& to) {
  if (flags.partition_by) {
    auto format = TRY(path_format_of(*flags.partition_by));
    kafka::TimePartitions times;
    if (to.times) times = *to.times;
    times.format = std::move(format);
    times.duration_ms = 1000;
    if (times.sources.empty()) times.sources.push_back({kafka::TimeSource::Of::record});
    to.times = std::move(times);
  }
  if ((flags.timezone || !flags.time.empty()) && !to.times)
    return Error{flags.connector + ": there are no folders by time", "--partition-by makes them"};
  if (flags.timezone) to.times->zone = TRY(kafka::TimeZone::named(*flags.timezone));
  if (!flags.time.empty()) to.times->sources = flags.time;
  return {};
}

}  // namespace

Result<SinkRun> resolve(const SinkFlags& flags, const std::vector<std::string>& places) {
  SinkRun run;
  if (flags.to_stdout) {
    run.id = places[0];
    run.sink.topics = TRY(wire::names_of_id(wire::kTopicNames, run.id));
  } else {
    TRY(take_connector(flags, places, run));
    if (!places.empty() && (places.size() == 2 || !flags.connector.empty()))
      run.destination = places.back();
    if (run.destination.empty()) {
      return Error{flags.connector + ": no s3.bucket.name",
                   "it names the bucket; or name a folder, or s3://BUCKET[/PREFIX], behind"};
    }
    TRY(set_times(flags, run.sink));
  }
  if (flags.flush_size) run.sink.flush_size = *flags.flush_size;
  if (flags.rotate) run.sink.rotate = flags.rotate;
  run.sink.until_end = flags.once;
  auto& format = run.sink.format;
  if (flags.zstd) format.zstd_level = *flags.zstd;
  if (flags.zstd) format.layout.compression = kafka::Compression::zstd;
  if (flags.gzip) format.layout.compression = kafka::Compression::gzip;
  run.to_stdout = flags.to_stdout;
  run.zstd = flags.zstd;
  run.print = {{run.sink.topics, flags.once}, flags.from_beginning};
  run.group = flags.group;
  run.properties = TRY(kafka::client_properties(flags.config, flags.bootstrap));
  return run;
}

}  // namespace pinpipe
