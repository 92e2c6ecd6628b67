#include "kafka/connector_file.h"

#include <algorithm>
#include <regex>

#include "base/ascii.h"
#include "base/suggest.h"
#include "json/object.h"
#include "kafka/connector_properties.h"
#include "stream/input.h"

namespace pinpipe::kafka {
namespace {

constexpr int64_t kHourMs = 3600 * 1000;

Error unknown(const Property& property) {
  std::vector<std::string> keys;
  for (const auto& row : connector_rows()) keys.emplace_back(row.property.key);
  const auto near = did_you_mean(property.key, keys);
  return {property.from + ": no property '" + property.key + "' of the S3 sink connector",
          near.empty()
              ? "those of the Kafka client, or of a worker of Connect, go into the file of "
                "--config; sink-topics --connector-properties lists all"
              : near};
}

Status take(const Property& property, ConnectorDraft& to) {
  const auto* row = find_row(property.key);
  if (row == nullptr) return unknown(property);
  const auto name = property.from + ": " + property.key;
  const bool is_left_out = row->property.treatment == Treatment::left_out;
  if (!is_left_out && property.value.find("${") != property.value.npos)
    return Error{name + ": a value that Connect would look up", "write the value itself here"};
  auto status = row->take(property.value, to);
  if (status.ok()) return {};
  auto error = std::move(status).error();
  return Error{name + ": " + error.what, error.hint};
}

Error lacking(const char* key, const std::string& hint) {
  return {std::string("the TimeBasedPartitioner needs ") + key, hint};
}

Result<std::optional<TimePartitions>> times_of(const ConnectorDraft& draft) {
  using Partition = ConnectorDraft::Partition;
  if (draft.partition == Partition::kafka) return std::optional<TimePartitions>();
  TimePartitions times;
  times.zone = draft.zone;
  times.sources = {{draft.time_source, draft.time_field}};
  if (draft.partition == Partition::time) {
    if (!draft.path_format) return lacking("path.format", std::string("as ") + kDailyFormat);
    if (!draft.duration_ms) return lacking("partition.duration.ms", "a day is 86400000");
    times.format = *draft.path_format;
    times.duration_ms = *draft.duration_ms;
  } else {
    const bool is_daily = draft.partition == Partition::daily;
    times.format = TRY(PathFormat::parse(is_daily ? kDailyFormat : kHourlyFormat));
    times.duration_ms = is_daily ? 24 * kHourMs : kHourMs;
  }
  return std::optional(std::move(times));
}

void set_rotation(const ConnectorDraft& draft, ConnectorFile& to) {
  auto wall = draft.rotate_schedule_ms;
  if (const auto interval = draft.rotate_interval_ms) {
    if (!to.sink.times) {
      to.remarks.emplace_back(
          "rotate.interval.ms needs a partitioner of times, as in Connect; "
          "rotate.schedule.interval.ms does not");
    } else if (to.sink.times->by_arrival()) {
      wall = std::min(wall.value_or(*interval), *interval);
    } else {
      to.sink.rotate_records_ms = interval;
    }
  }
  if (wall) to.sink.rotate = std::chrono::milliseconds(*wall);
}

Status set_format(const ConnectorDraft& draft, ObjectFormat& to) {
  if (draft.converts_json && *draft.converts_json == draft.bytes) {
    return Error{draft.bytes ? "ByteArrayFormat takes values of the ByteArrayConverter"
                             : "JsonFormat makes base64 of values of the ByteArrayConverter",
                 "the value.converter of JSON is org.apache.kafka.connect.json.JsonConverter"};
  }
  if (!draft.bytes) return {};
  to.separator = draft.separator;
  to.layout.ending = draft.bytes_ending;
  to.layout.lines_are_records = false;
  return {};
}

/// The properties of {"name":…,"config":{…}}, or of the object of config.
Result<std::vector<Property>> read_json(const std::string& text, const std::string& file) {
  json::Object object;
  const Error fault{file + ": not the JSON of a connector",
                    "it is {\"name\":\"...\",\"config\":{\"connector.class\":\"...\"}}"};
  if (!object.read(trimmed(text, " \t\r\n"))) return fault;
  std::vector<Property> properties;
  if (const auto* config = object.find("config")) {
    if (config->kind != json::Kind::object) return fault;
    if (const auto name = object.text({"name"}); !name.empty())
      properties.push_back({"name", name, file});
    const std::string inner(config->value);
    auto more = TRY(read_json(inner, file));
    properties.insert(properties.end(), more.begin(), more.end());
    return properties;
  }
  bool all_are_values = true;
  object.each([&](const std::string& key, const json::Member& member) {
    if (member.kind == json::Kind::object || member.kind == json::Kind::array)
      all_are_values = false;
    const bool is_text = member.kind == json::Kind::string;
    properties.push_back({key,
                          is_text
                              ? json::text_of(member.value, member.kind)
                              : std::string(member.kind == json::Kind::null ? "" : member.value),
                          file});
  });
  if (!all_are_values) return fault;
  return properties;
}

}  // namespace

Result<ConnectorFile> read_connector(const std::vector<Property>& properties) {
  ConnectorDraft draft;
  draft.file.sink.fail_on_null = true;
  for (const auto& property : properties) TRY(take(property, draft));
  auto& file = draft.file;
  if (!file.topics.empty() && !file.topics_regex.empty())
    return Error{"both topics and topics.regex say which topics",
                 "one of them does, as in Connect"};
  file.sink.times = TRY(times_of(draft));
  TRY(set_format(draft, file.sink.format));
  set_rotation(draft, file);
  return std::move(file);
}

Result<ConnectorFile> read_connector_file(const std::string& file) {
  const auto text = TRY(stream::read_whole(file));
  const bool is_json = trimmed(text, " \t\r\n").starts_with('{');
  const auto properties = TRY(is_json ? read_json(text, file) : read_properties(file));
  return read_connector(properties);
}

Result<std::vector<std::string>> topics_that_match(Consumer& consumer, const std::string& regex) {
  const std::regex pattern(regex);
  auto topics = TRY(consumer.topic_names());
  std::erase_if(topics, [&](const std::string& topic) {
    return topic.starts_with("__") || !std::regex_match(topic, pattern);
  });
  std::ranges::sort(topics);
  if (!topics.empty()) return topics;
  return Error{"no topic matches topics.regex, '" + regex + "'",
               "it must match whole names: 0a[.].* matches 0a.pin, 0a does not"};
}

}  // namespace pinpipe::kafka
