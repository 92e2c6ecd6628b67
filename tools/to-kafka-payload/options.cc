#include "options.h"

#include "payload/kafka.h"

namespace pinpipe {

void declare(CLI::App& app, KafkaFlags& flags) {
  auto* unwrap = app.add_flag("--unwrap", flags.unwrap,
                              "The way back: read produce requests, replies of REST consumers and "
                              "lines of kcat -J, and write their records.");
  const auto encoding = [&](CLI::Option* option) {
    option->excludes(unwrap);
    return option;
  };
  encoding(app.add_option("--user-id", flags.user_id,
                          "What {user_id} stands for in the name of a topic."))
      ->type_name("ID");
  encoding(app.add_option("--topic", flags.topic,
                          "Name the topics by PATTERN (default {user_id}.{dataset}). Where it "
                          "has no {dataset}, any JSON object may pass."))
      ->type_name("PATTERN");
  encoding(app.add_option("--api", flags.api,
                          "Write for Kafka REST v2 (default), Kafka REST v3, or kcat: the "
                          "latter two have one record a line."))
      ->type_name("v2|v3|kcat");
  auto* key = encoding(app.add_option("--key", flags.key,
                                      "Use the record's FIELD as the message key (default: no "
                                      "key); ind and index are one."))
                  ->type_name("FIELD");
  encoding(app.add_option("--key-format", flags.key_format,
                          "Write keys as strings (default), which every REST proxy takes, or as "
                          "the JSON that they are: a number then has no quotes in Kafka."))
      ->type_name("string|json")
      ->needs(key);
  encoding(app.add_option("--max-records", flags.max_records,
                          "Put up to N records in a request (default 500)."))
      ->type_name("N");
  encoding(
      app.add_option(
          "--max-bytes", flags.max_bytes,
          "Make a payload of up to BYTES (default 1000000); a record that fits none is rejected."))
      ->type_name("BYTES")
      ->transform(CLI::AsSizeValue(false));
  encoding(
      app.add_option("--only", flags.only, "Take the records of one dataset, and skip others."))
      ->type_name("pin|geo|user");
  encoding(
      app.add_flag("--payload-only", flags.payload_only,
                   "Write the payloads without their topics: what curl posts, or kcat -P reads."));
}

Result<KafkaRun> resolve(const KafkaFlags& flags) {
  payload::KafkaOptions options;
  const auto api = payload::kafka_api_named(flags.api);
  if (!api) return Error{"unknown api '" + flags.api + "'", "apis are v2, v3 and kcat"};
  options.api = *api;
  if (*api != payload::KafkaApi::v2 && flags.max_records) {
    return Error{
        "--max-records means nothing with --api " + flags.api + ", which has one record a line",
        ""};
  }

  if (flags.max_records == 0u) return Error{"--max-records has to be 1 or more", ""};

  KafkaRun run;
  if (flags.only) run.only = record::dataset_named(*flags.only);
  if (flags.only && !run.only)
    return Error{"unknown dataset '" + *flags.only + "'", "datasets are pin, geo and user"};

  // A topic that will not be written needs no user id.
  const auto user_id = flags.payload_only ? flags.user_id.value_or("user") : flags.user_id;
  auto topics = payload::resolve_destinations(payload::kTopicNames, flags.topic, user_id);
  if (!topics.ok()) return topics.error();
  if (flags.payload_only && topics->by_dataset() && !run.only) {
    return Error{"--payload-only needs --only: a payload does not say which topic it is for",
                 "give --only pin, geo or user"};
  }
  if (flags.payload_only && *api == payload::KafkaApi::kcat && flags.key) {
    return Error{
        "--key means nothing with --api kcat --payload-only, which writes records as they are", ""};
  }

  if (flags.key_format) {
    const auto format = payload::key_format_named(*flags.key_format);
    if (!format)
      return Error{"unknown key format '" + *flags.key_format + "'", "formats are string and json"};
    if (*api == payload::KafkaApi::kcat)
      return Error{"--key-format means nothing with --api kcat, whose keys are text", ""};
    options.key_format = *format;
  }

  options.topics = std::move(*topics);
  options.key_field = flags.key;
  options.max_records = flags.max_records.value_or(options.max_records);
  options.max_bytes = flags.max_bytes.value_or(options.max_bytes);
  options.payload_only = flags.payload_only;
  run.format = kafka_format(options);
  return run;
}

}  // namespace pinpipe
