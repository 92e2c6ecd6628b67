#include "options.h"

#include "payload/kinesis.h"

namespace pinpipe {

void declare(CLI::App& app, KinesisFlags& flags) {
  auto* decode = app.add_flag("--decode", flags.decode,
                              "The way back: read put requests of all shapes and replies of "
                              "GetRecords, and write their records. Aggregates of the Kinesis "
                              "Producer Library are unpacked.");
  const auto encoding = [&](CLI::Option* option) {
    option->excludes(decode);
    return option;
  };
  const auto limit = [&](const char* name, std::optional<uint64_t>& value,
                         const char* description) {
    encoding(app.add_option(name, value, description))
        ->type_name("BYTES")
        ->transform(CLI::AsSizeValue(false));
  };
  encoding(app.add_option("--user-id", flags.user_id,
                          "What {user_id} stands for in the name of a stream."))
      ->type_name("ID");
  encoding(app.add_option("--stream", flags.stream,
                          "Name the streams by PATTERN (default streaming-{user_id}-{dataset}). "
                          "Where it has no {dataset}, any JSON object may pass."))
      ->type_name("PATTERN");
  encoding(app.add_option("--shape", flags.shape,
                          "Write requests for the Kinesis API (put-records, the default, or "
                          "put-record), or for an API Gateway proxy that encodes base64 itself."))
      ->type_name("put-records|put-record|gateway-record|gateway-records");
  encoding(app.add_option("--partition-key", flags.partition_key,
                          "Use the record's FIELD as the partition key (default: its own ind or "
                          "index). One of more than 256 characters is hashed."))
      ->type_name("FIELD");
  encoding(app.add_option("--max-records", flags.max_records,
                          "Put up to N records in a request (default 500)."))
      ->type_name("N");
  limit("--max-bytes", flags.max_bytes,
        "Put up to BYTES of data and keys in a request, counted before base64 (default 5 MiB).");
  limit("--max-record-bytes", flags.max_record_bytes,
        "Reject records with more than BYTES of data and key, counted before "
        "base64 (default 1 MiB).");
  encoding(
      app.add_option("--only", flags.only, "Take the records of one dataset, and skip others."))
      ->type_name("pin|geo|user");
  encoding(app.add_flag("--payload-only", flags.payload_only,
                        "Write the payloads without their envelopes."));
}

Result<KinesisRun> resolve(const KinesisFlags& flags) {
  payload::KinesisOptions options;
  const auto shape = payload::kinesis_shape_named(flags.shape);
  if (!shape) {
    return Error{"unknown shape '" + flags.shape + "'",
                 "shapes are put-records, put-record, gateway-record and gateway-records"};
  }
  options.shape = *shape;
  if (!is_batch(*shape) && (flags.max_records || flags.max_bytes)) {
    return Error{std::string(flags.max_records ? "--max-records" : "--max-bytes") +
                     " means nothing with --shape " + flags.shape +
                     ", which has one record a request",
                 flags.max_records ? "" : "--max-record-bytes limits a record"};
  }

  if (flags.max_records == 0u) return Error{"--max-records has to be 1 or more", ""};

  KinesisRun run;
  if (flags.only) run.only = record::dataset_named(*flags.only);
  if (flags.only && !run.only)
    return Error{"unknown dataset '" + *flags.only + "'", "datasets are pin, geo and user"};

  auto streams = payload::resolve_destinations(payload::kStreamNames, flags.stream, flags.user_id);
  if (!streams.ok()) return streams.error();
  const bool names_stream = *shape != payload::KinesisShape::gateway_records;
  if (flags.payload_only && !names_stream && streams->by_dataset() && !run.only) {
    return Error{"--payload-only needs --only: such a payload does not say which stream it is for",
                 "give --only pin, geo or user"};
  }

  options.streams = std::move(*streams);
  options.key_field = flags.partition_key;
  options.max_records = flags.max_records.value_or(options.max_records);
  options.max_bytes = flags.max_bytes.value_or(options.max_bytes);
  options.max_record_bytes = flags.max_record_bytes.value_or(options.max_record_bytes);
  options.payload_only = flags.payload_only;
  run.format = kinesis_format(options);
  return run;
}

}  // namespace pinpipe
