#include "options.h"

#include "payload_run.h"
#include "wire/kafka_rest.h"

namespace pinpipe {

void declare(cli::Flags& flags, KafkaFlags& to) {
  const auto unwrap = flags.flag(
      "--unwrap", to.unwrap,
      "The way back: write the records of requests and replies. Read are produce requests, replies "
      "of REST consumers, lines of kcat -J, and what Connect, Debezium and Maxwell make of rows.");
  flags
      .flag("--stamp", to.stamp,
            "Write records with their time of arrival beside them. A record that has a time in "
            "Kafka, or of its change, becomes a post of one member: "
            "{\"pin\":{...},\"arrival_time\":\"...\"}. Others stay as they are.")
      .needs(unwrap);
  const auto encoding = [&](cli::Flag flag) { flag.excludes(unwrap); };
  encoding(flags.text("--user-id", to.user_id, "ID",
                      "What {user_id} stands for in the name of a topic."));
  encoding(flags.text("--topic", to.topic, "PATTERN",
                      "Name the topics by PATTERN (default {user_id}.{dataset}). Where it "
                      "has no {dataset}, any JSON object may pass."));
  encoding(flags.choice("--api", to.api, protocols_of(wire::Service::kafka),
                        "Write for Kafka REST v2 (default), Kafka REST v3, or kcat: the "
                        "latter two have one record a line."));
  const auto key = flags.text("--key", to.key, "FIELD",
                              "Use the record's FIELD as the message key (default: no key); ind "
                              "and index are one.");
  encoding(key);
  const auto key_format =
      flags.choice("--key-format", to.key_format, wire::kKeyFormats,
                   "Write keys as strings (default) or as JSON. Every REST proxy takes strings; as "
                   "JSON a number has no quotes in Kafka.");
  key_format.needs(key);
  encoding(key_format);
  encoding(flags.count("--max-records", to.max_records, {1},
                       "Put up to N records in a request (default 500)."));
  encoding(flags.bytes(
      "--max-bytes", to.max_bytes, {1},
      "Make a payload of up to BYTES (default 1000000); a record that fits none is rejected."));
  encoding(flags.duration(
      "--linger", to.linger, cli::kMillisecond, {0, 3'600'000},
      "Wait up to DURATION (default 5ms) for more records to share a request with its first one. "
      "Input that is always there fills its requests."));
  encoding(flags.choice("--only", to.only, record::kDatasetChoices,
                        "Take the records of one dataset, and skip others."));
  encoding(
      flags.flag("--payload-only", to.payload_only,
                 "Write the payloads without their topics: what curl posts, or kcat -P reads."));
}

Result<KafkaRun> resolve(const KafkaFlags& flags) {
  wire::KafkaOptions options;
  const auto& row = row_of(flags.api);
  options.protocol = flags.api;
  TRY(check_of_batches(
      row, "--api",
      {{"--max-records", flags.max_records.has_value()}, {"--linger", flags.linger.has_value()}}));

  KafkaRun run;
  run.only = flags.only;

  // A topic that will not be written needs no user id.
  const auto user_id = flags.payload_only ? flags.user_id.value_or("user") : flags.user_id;
  auto topics = TRY(wire::resolve_destinations(wire::kTopicNames, flags.topic, user_id));
  if (flags.payload_only && topics.by_dataset() && !run.only) {
    return Error{"--payload-only needs --only: a payload does not say which topic it is for",
                 "give --only pin, geo or user"};
  }
  if (flags.payload_only && !row.has_payload && flags.key) {
    return Error{"--key means nothing with --api " + std::string(row.name) +
                     " --payload-only, which writes records as they are",
                 ""};
  }

  if (flags.key_format && row.entry.value == wire::ValueForm::text) {
    return Error{
        "--key-format means nothing with --api " + std::string(row.name) + ", whose keys are text",
        ""};
  }

  options.topics = std::move(topics);
  options.key_field = flags.key;
  options.key_format = flags.key_format.value_or(options.key_format);
  options.max_records = flags.max_records.value_or(options.max_records);
  options.max_bytes = flags.max_bytes.value_or(options.max_bytes);
  options.linger = flags.linger.value_or(options.linger);
  options.payload_only = flags.payload_only;
  run.format = kafka_format(options);
  return run;
}

}  // namespace pinpipe
