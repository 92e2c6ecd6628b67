#include "options.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "cli/values.h"
#include "payload_run.h"
#include "stream/input.h"
#include "wire/kinesis.h"
#include "wire/shard_map.h"

namespace pinpipe {

void declare(cli::Flags& flags, KinesisFlags& to) {
  const auto decode =
      flags.flag("--decode", to.decode,
                 "The way back: write the records of requests and replies. Read are put requests "
                 "of all shapes, replies of GetRecords, events of Lambda and Firehose and rows of "
                 "Databricks. Aggregates of the Kinesis Producer "
                 "Library and gzip are unpacked.");
  flags
      .flag(
          "--stamp", to.stamp,
          "Write records with their time of arrival beside them. A record that has one becomes a "
          "post of one member: {\"pin\":{...},\"arrival_time\":\"...\"}. Others stay as they are.")
      .needs(decode);
  const auto encoding = [&](cli::Flag flag) { flag.excludes(decode); };
  encoding(flags.text("--user-id", to.user_id, "ID",
                      "What {user_id} stands for in the name of a stream."));
  encoding(flags.text("--stream", to.stream, "PATTERN",
                      "Name the streams by PATTERN (default streaming-{user_id}-{dataset}). "
                      "Where it has no {dataset}, any JSON object may pass."));
  encoding(flags.choice(
      "--shape", to.shape, protocols_of(wire::Service::kinesis),
      "Write requests for the Kinesis API or for a gateway. put-records is the default; the "
      "gateways' are for an API Gateway proxy that encodes base64 itself."));
  encoding(flags.text("--partition-key", to.partition_key, "FIELD",
                      "Use the record's FIELD as the partition key (default: its own ind or "
                      "index). One of more than 256 characters is hashed."));
  encoding(flags.count("--max-records", to.max_records, {1},
                       "Put up to N records in a request (default 500)."));
  encoding(flags.bytes(
      "--max-bytes", to.max_bytes, {1},
      "Put up to BYTES of data and keys in a request, counted before base64 (default 5MiB)."));
  encoding(flags.bytes("--max-record-bytes", to.max_record_bytes, {1},
                       "Reject records with more than BYTES of data and key, counted before "
                       "base64 (default 1MiB)."));
  encoding(flags.duration(
      "--linger", to.linger, cli::kMillisecond, {0, 3'600'000},
      "Wait up to DURATION (default 5ms) for more records to share a request with its first one. "
      "Input that is always there fills its requests."));
  const auto aggregate = flags.flag(
      "--aggregate", to.aggregate,
      "Pack records as the Kinesis Producer Library does. An aggregate is one record to Kinesis "
      "and to --max-records, and holds records of half a shard; one that would be alone goes as "
      "it is.");
  encoding(aggregate);
  const auto of_aggregates = [&](cli::Flag flag) { flag.needs(aggregate).excludes(decode); };
  of_aggregates(flags.text(
      "--shards", to.shards, "N|FILE",
      "Aggregate for N even shards, or those in FILE. FILE is what create-streams --list-shards or "
      "aws kinesis list-shards prints; a name that begins with a digit is ./NAME."));
  of_aggregates(
      flags.bytes("--max-aggregate-bytes", to.max_aggregate_bytes, {1},
                  "Limit aggregates to BYTES of data and key (default 25000). That is one PUT "
                  "payload unit of Kinesis. A longer record goes alone."));
  encoding(flags.choice("--only", to.only, record::kDatasetChoices,
                        "Take the records of one dataset, and skip others."));
  encoding(
      flags.flag("--newline", to.newline,
                 "End the data of each record with a newline, for Firehose, which runs records "
                 "together. --decode takes it off."));
  encoding(
      flags.flag("--payload-only", to.payload_only, "Write the payloads without their envelopes."));
}

namespace {

constexpr uint64_t kMaxShards = 10'000;

/// The shards of each of `streams`.
Result<std::vector<wire::ShardMap>> shards_of(const std::string& shards,
                                              const std::vector<std::string>& streams) {
  std::vector<wire::ShardMap> maps;
  if (is_digit(shards[0])) {
    const auto count = TRY(cli::parse_count("--shards", shards, {1, kMaxShards}));
    maps.assign(streams.size(), wire::ShardMap::even(count));
    return maps;
  }
  if (shards == "-") {
    return Error{"--shards takes a count or a file, not '-'", "/dev/stdin is one"};
  }
  const auto text = TRY(stream::read_whole(shards));
  for (const auto& stream : streams) {
    auto map = wire::ShardMap::read(text, stream);
    if (!map.ok()) return Error{"'" + shards + "': " + map.error().what, map.error().hint};
    maps.push_back(std::move(*map));
  }
  return maps;
}

Status check_aggregation(const KinesisFlags& flags, const wire::KinesisOptions& options) {
  if (!flags.shards) {
    return Error{"--aggregate needs --shards: an aggregate holds records of one shard",
                 "give --shards N, or --shards FILE with what create-streams --list-shards prints"};
  }
  const auto& row = row_of(flags.shape);
  if (row.entry.value != wire::ValueForm::base64) {
    return Error{"--aggregate means nothing with --shape " + std::string(row.name) +
                     ": a gateway takes text, and an aggregate is none",
                 "give --shape put-records or put-record"};
  }
  const uint64_t limit = std::min(options.max_record_bytes, options.max_bytes);
  if (flags.max_aggregate_bytes && *flags.max_aggregate_bytes > limit) {
    return Error{"--max-aggregate-bytes must be " + std::to_string(limit) +
                     " or less: an aggregate is a record",
                 "--max-record-bytes and --max-bytes are the limits of a record"};
  }
  return {};
}

Result<wire::Aggregation> aggregation_of(const KinesisFlags& flags,
                                         const wire::KinesisOptions& options) {
  TRY(check_aggregation(flags, options));
  wire::Aggregation aggregation;
  const auto maps = TRY(shards_of(*flags.shards, options.streams.names));
  for (const auto& map : maps) aggregation.parts.push_back(map.halved());
  aggregation.max_bytes =
      flags.max_aggregate_bytes.value_or(std::min(aggregation.max_bytes, options.max_record_bytes));
  return aggregation;
}

}  // namespace

Result<KinesisRun> resolve(const KinesisFlags& flags) {
  wire::KinesisOptions options;
  const auto& row = row_of(flags.shape);
  options.protocol = flags.shape;
  TRY(check_of_batches(row, "--shape",
                       {{"--max-records", flags.max_records.has_value()},
                        {"--max-bytes", flags.max_bytes.has_value()},
                        {"--linger", flags.linger && !flags.aggregate}}));
  if (flags.newline && row.entry.value == wire::ValueForm::json) {
    return Error{"--newline means nothing with --shape " + std::string(row.name) +
                     ", whose Data is an object",
                 ""};
  }

  KinesisRun run;
  run.only = flags.only;

  auto streams = TRY(wire::resolve_destinations(wire::kStreamNames, flags.stream, flags.user_id));
  if (flags.payload_only && row.stream_name.empty() && streams.by_dataset() && !run.only) {
    return Error{"--payload-only needs --only: such a payload does not say which stream it is for",
                 "give --only pin, geo or user"};
  }

  options.streams = std::move(streams);
  options.key_field = flags.partition_key;
  options.max_records = flags.max_records.value_or(options.max_records);
  options.max_bytes = flags.max_bytes.value_or(options.max_bytes);
  options.max_record_bytes = flags.max_record_bytes.value_or(options.max_record_bytes);
  options.linger = flags.linger.value_or(options.linger);
  options.payload_only = flags.payload_only;
  options.newline = flags.newline;
  if (flags.aggregate) options.aggregation = TRY(aggregation_of(flags, options));
  run.format = kinesis_format(options);
  return run;
}

}  // namespace pinpipe
