#include "options.h"

#include "wire/kinesis.h"

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
      "--shape", to.shape, wire::kKinesisShapes,
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
  encoding(flags.choice("--only", to.only, record::kDatasetChoices,
                        "Take the records of one dataset, and skip others."));
  encoding(
      flags.flag("--newline", to.newline,
                 "End the data of each record with a newline, for Firehose, which runs records "
                 "together. --decode takes it off."));
  encoding(
      flags.flag("--payload-only", to.payload_only, "Write the payloads without their envelopes."));
}

Result<KinesisRun> resolve(const KinesisFlags& flags) {
  wire::KinesisOptions options;
  options.shape = flags.shape;
  if (!is_batch(flags.shape) && (flags.max_records || flags.max_bytes)) {
    return Error{std::string(flags.max_records ? "--max-records" : "--max-bytes") +
                     " means nothing with --shape " + std::string(name_of(flags.shape)) +
                     ", which has one record a request",
                 flags.max_records ? "" : "--max-record-bytes limits a record"};
  }
  if (!is_batch(flags.shape) && flags.linger) {
    return Error{"--linger means nothing with --shape " + std::string(name_of(flags.shape)) +
                     ", which has one record a request",
                 ""};
  }
  if (flags.newline && flags.shape == wire::KinesisShape::gateway_record) {
    return Error{"--newline means nothing with --shape gateway-record, whose Data is an object",
                 ""};
  }

  KinesisRun run;
  run.only = flags.only;

  auto streams = TRY(wire::resolve_destinations(wire::kStreamNames, flags.stream, flags.user_id));
  const bool names_stream = flags.shape != wire::KinesisShape::gateway_records;
  if (flags.payload_only && !names_stream && streams.by_dataset() && !run.only) {
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
  run.format = kinesis_format(options);
  return run;
}

}  // namespace pinpipe
