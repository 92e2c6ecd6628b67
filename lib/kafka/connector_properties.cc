#include "kafka/connector_properties.h"

#include <algorithm>
#include <array>
#include <limits>
#include <regex>

#include "base/ascii.h"
#include "base/number.h"
#include "record/destination_name.h"

namespace pinpipe::kafka {
namespace {

constexpr int64_t kMax = std::numeric_limits<int32_t>::max();
constexpr int64_t kMaxMs = int64_t{366} * 24 * 3600 * 1000;

Result<int64_t> read_whole(const std::string& value, int64_t min, int64_t max) {
  const auto number = to_number<int64_t>(value);
  if (number && *number >= min && *number <= max) return *number;
  return Error{"must be a whole number from " + std::to_string(min) + " to " + std::to_string(max),
               ""};
}

/// Of milliseconds; -1, which is none.
Result<std::optional<int64_t>> read_interval(const std::string& value) {
  if (value == "-1") return std::optional<int64_t>();
  return std::optional(TRY(read_whole(value, 1, kMaxMs)));
}

/// The index of a name in `names`; of a class, the package may be left out.
template <size_t n>
Result<size_t> read_choice(const std::string& value, const std::array<std::string_view, n>& names) {
  std::vector<std::string> shorts;
  for (size_t i = 0; i < n; ++i) {
    shorts.emplace_back(names[i].substr(names[i].rfind('.') + 1));
    if (value == names[i] || value == shorts.back()) return i;
  }
  std::string all;
  for (const auto& name : shorts) all += (all.empty() ? "" : ", ") + name;
  return Error{"'" + value + "' is not done here", "done are: " + all};
}

/// For values that must say what is done anyway.
template <size_t n>
Status check_choice(const std::string& value, const std::array<std::string_view, n>& names) {
  TRY(read_choice(value, names));
  return {};
}

Status ignore(const std::string&, ConnectorDraft&) { return {}; }

template <bool expected>
Status check_bool(const std::string& value, ConnectorDraft&) {
  if (value == (expected ? "true" : "false")) return {};
  return Error{std::string("must be ") + (expected ? "true" : "false"),
               "other data would come out"};
}

Status check_empty(const std::string& value, ConnectorDraft&) {
  return value.empty() ? Status() : Error{"is not done here", "leave it out"};
}

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> names;
  while (!list.empty()) {
    const auto name = list.substr(0, list.find(','));
    list.remove_prefix(std::min(name.size() + 1, list.size()));
    if (const auto bare = trimmed(name); !bare.empty()) names.emplace_back(bare);
  }
  return names;
}

Status take_topics(const std::string& value, ConnectorDraft& to) {
  to.file.topics = split(value);
  if (to.file.topics.empty()) return Error{"names no topic", ""};
  for (const auto& topic : to.file.topics) {
    if (!is_possible_name(record::kTopicNames, topic))
      return Error{"no topic can have the name '" + topic + "'", ""};
  }
  return {};
}

Status take_regex(const std::string& value, ConnectorDraft& to) {
  try {
    std::regex compiled(value);
  } catch (const std::regex_error&) {
    return Error{"not a regular expression", "as in 0a[.].*"};
  }
  if (value.empty()) return Error{"not a regular expression", "as in 0a[.].*"};
  to.file.topics_regex = value;
  return {};
}

Status take_bucket(const std::string& value, ConnectorDraft& to) {
  if (value.empty() || value.find('/') != value.npos)
    return Error{"must be the name of a bucket alone", "folders in it are topics.dir"};
  to.file.bucket = value;
  return {};
}

template <const char* const& variable>
Status take_variable(const std::string& value, ConnectorDraft& to) {
  if (!value.empty()) to.file.environment[variable] = value;
  return {};
}
constexpr const char* kRegion = "AWS_REGION";
constexpr const char* kAccessKey = "AWS_ACCESS_KEY_ID";
constexpr const char* kSecretKey = "AWS_SECRET_ACCESS_KEY";

Status take_url(const std::string& value, ConnectorDraft& to) {
  if (!value.empty() && !value.starts_with("http://") && !value.starts_with("https://"))
    return Error{"must be an URL of http:// or https://", "the bucket is s3.bucket.name"};
  if (!value.empty()) {
    to.file.environment["AWS_ENDPOINT_URL_S3"] = value.substr(0, value.find_last_not_of('/') + 1);
  }
  return {};
}

Status take_topics_dir(const std::string& value, ConnectorDraft& to) {
  const auto path = value.substr(0, value.find_last_not_of('/') + 1);
  if (path.empty() || path.front() == '/' || ("/" + path + "/").find("/../") != path.npos ||
      path.find("//") != path.npos)
    return Error{"must be the name of a folder, or several with '/' between", ""};
  to.file.sink.format.layout.topics_dir = path;
  return {};
}

Status take_file_delim(const std::string& value, ConnectorDraft& to) {
  if (value.empty() || value.find('/') != value.npos ||
      std::ranges::any_of(value, [](char c) { return is_digit(c); }))
    return Error{"must be a sign that tells the topic, the partition and the offset apart", ""};
  to.file.sink.format.layout.file_delim = value;
  return {};
}

Status take_format(const std::string& value, ConnectorDraft& to) {
  static constexpr std::array<std::string_view, 2> kFormats{
      "io.confluent.connect.s3.format.json.JsonFormat",
      "io.confluent.connect.s3.format.bytearray.ByteArrayFormat"};
  to.bytes = TRY(read_choice(value, kFormats)) == 1;
  return {};
}

Status take_ending(const std::string& value, ConnectorDraft& to) {
  if (!value.starts_with('.') || value.size() < 2 || value.find('/') != value.npos)
    return Error{"must be an ending as .bin", ""};
  to.bytes_ending = value;
  return {};
}

/// As Java reads it from a file.
Status take_separator(const std::string& value, ConnectorDraft& to) {
  to.separator.clear();
  for (size_t i = 0; i < value.size(); ++i) {
    const bool is_escape = value[i] == '\\' && i + 1 < value.size();
    const char c = is_escape ? value[++i] : value[i];
    to.separator += !is_escape ? c : c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c;
  }
  return {};
}

Status take_converter(const std::string& value, ConnectorDraft& to) {
  static constexpr std::array<std::string_view, 2> kConverters{
      "org.apache.kafka.connect.json.JsonConverter",
      "org.apache.kafka.connect.converters.ByteArrayConverter"};
  to.converts_json = TRY(read_choice(value, kConverters)) == 0;
  return {};
}

Status take_compression(const std::string& value, ConnectorDraft& to) {
  static constexpr std::array<std::string_view, 2> kTypes{"none", "gzip"};
  to.file.sink.format.layout.compression =
      TRY(read_choice(value, kTypes)) == 1 ? Compression::gzip : Compression::none;
  return {};
}

Status take_partitioner(const std::string& value, ConnectorDraft& to) {
  static constexpr std::array<std::string_view, 4> kClasses{
      "io.confluent.connect.storage.partitioner.DefaultPartitioner",
      "io.confluent.connect.storage.partitioner.DailyPartitioner",
      "io.confluent.connect.storage.partitioner.HourlyPartitioner",
      "io.confluent.connect.storage.partitioner.TimeBasedPartitioner"};
  to.partition = static_cast<ConnectorDraft::Partition>(TRY(read_choice(value, kClasses)));
  return {};
}

Status take_extractor(const std::string& value, ConnectorDraft& to) {
  static constexpr std::array<std::string_view, 3> kExtractors{"RecordField", "Record",
                                                               "Wallclock"};
  to.time_source = static_cast<TimeSource::Of>(TRY(read_choice(value, kExtractors)));
  return {};
}

Status take_nulls(const std::string& value, ConnectorDraft& to) {
  static constexpr std::array<std::string_view, 2> kBehaviors{"ignore", "fail"};
  to.file.sink.fail_on_null = TRY(read_choice(value, kBehaviors)) == 1;
  return {};
}

Status take_name(const std::string& value, ConnectorDraft& to) {
  to.file.name = value;
  return {};
}

Status take_digits(const std::string& value, ConnectorDraft& to) {
  to.file.sink.format.layout.offset_digits = static_cast<int>(TRY(read_whole(value, 0, 19)));
  return {};
}

Status take_flush_size(const std::string& value, ConnectorDraft& to) {
  to.file.sink.flush_size = static_cast<uint64_t>(TRY(read_whole(value, 1, kMax)));
  return {};
}

Status take_max_open(const std::string& value, ConnectorDraft& to) {
  if (value == "-1") return {};
  to.file.sink.max_open = static_cast<uint64_t>(TRY(read_whole(value, 1, kMax)));
  return {};
}

template <std::optional<int64_t> ConnectorDraft::*interval>
Status take_interval(const std::string& value, ConnectorDraft& to) {
  to.*interval = TRY(read_interval(value));
  return {};
}

Status take_path_format(const std::string& value, ConnectorDraft& to) {
  to.path_format = TRY(PathFormat::parse(value));
  return {};
}

Status take_zone(const std::string& value, ConnectorDraft& to) {
  to.zone = TRY(TimeZone::named(value));
  return {};
}

Status take_field(const std::string& value, ConnectorDraft& to) {
  if (value.empty()) return Error{"names no field", ""};
  to.time_field = value;
  return {};
}

template <const char* const& only>
Status check_only(const std::string& value, ConnectorDraft&) {
  return check_choice(value, std::array<std::string_view, 1>{only});
}
template <const char* const& only>
Status check_only_or_empty(const std::string& value, ConnectorDraft& to) {
  return value.empty() ? Status() : check_only<only>(value, to);
}
constexpr const char* kConnector = "io.confluent.connect.s3.S3SinkConnector";
constexpr const char* kStorage = "io.confluent.connect.s3.storage.S3Storage";
constexpr const char* kSlash = "/";
constexpr const char* kS3Encryption = "AES256";
constexpr const char* kPrivate = "private";
constexpr const char* kNoAffix = "NONE";

template <const char* const& remark>
Status say(const std::string&, ConnectorDraft& to) {
  auto& remarks = to.file.remarks;
  if (std::ranges::find(remarks, remark) == remarks.end()) remarks.emplace_back(remark);
  return {};
}
constexpr const char* kProxy = "s3.proxy.*: a proxy is that of the variable https_proxy";
constexpr const char* kOverride =
    "consumer.override.*: properties of the client are those of --config";
constexpr const char* kTolerance =
    "errors.tolerance=all: a record without the time that it is to have ends the run all the same";

Status take_errors(const std::string& value, ConnectorDraft& to) {
  return value == "all" ? say<kTolerance>(value, to) : Status();
}

using enum Treatment;

// clang-format off
constexpr std::array kRows{
    ConnectorRow{{"name", taken, "who writes there, of which there is one at a time"}, take_name},
    ConnectorRow{{"topics", taken, "topics, with commas between"}, take_topics},
    ConnectorRow{{"topics.regex", taken, "topics whose whole names match, of those that are there at the start"}, take_regex},
    ConnectorRow{{"s3.bucket.name", taken, "the bucket, where no other place is named"}, take_bucket},
    ConnectorRow{{"s3.region", taken, "its region"}, take_variable<kRegion>},
    ConnectorRow{{"store.url", taken, "where S3 is, if not at Amazon"}, take_url},
    ConnectorRow{{"aws.access.key.id", taken, "keys, rather than those of the environment"}, take_variable<kAccessKey>},
    ConnectorRow{{"aws.secret.access.key", taken, "likewise"}, take_variable<kSecretKey>},
    ConnectorRow{{"topics.dir", taken, "the folder of all topics"}, take_topics_dir},
    ConnectorRow{{"file.delim", taken, "what is between topic, partition and offset in a name"}, take_file_delim},
    ConnectorRow{{"filename.offset.zero.pad.width", taken, "digits of the offset, at least"}, take_digits},
    ConnectorRow{{"format.class", taken, "JsonFormat: a line of each value; ByteArrayFormat: its bytes"}, take_format},
    ConnectorRow{{"format.bytearray.extension", taken, "the ending of objects of bytes"}, take_ending},
    ConnectorRow{{"format.bytearray.separator", taken, "what is put behind each value of them"}, take_separator},
    ConnectorRow{{"s3.compression.type", taken, "none or gzip"}, take_compression},
    ConnectorRow{{"flush.size", taken, "records of a partition that end its objects"}, take_flush_size},
    ConnectorRow{{"rotate.interval.ms", taken, "time of records that ends objects, by a partitioner of times"}, take_interval<&ConnectorDraft::rotate_interval_ms>},
    ConnectorRow{{"rotate.schedule.interval.ms", taken, "time on the wall that ends objects, from their first record on"}, take_interval<&ConnectorDraft::rotate_schedule_ms>},
    ConnectorRow{{"partitioner.max.open.files", taken, "objects of a partition that are open at once"}, take_max_open},
    ConnectorRow{{"partitioner.class", taken, "Default-, Daily-, Hourly- or TimeBasedPartitioner"}, take_partitioner},
    ConnectorRow{{"path.format", taken, "folders of the TimeBasedPartitioner"}, take_path_format},
    ConnectorRow{{"partition.duration.ms", taken, "to what its times are cut down"}, take_interval<&ConnectorDraft::duration_ms>},
    ConnectorRow{{"timezone", taken, "whose days and hours they are (UTC)"}, take_zone},
    ConnectorRow{{"timestamp.extractor", taken, "Wallclock, Record or RecordField"}, take_extractor},
    ConnectorRow{{"timestamp.field", taken, "the field of RecordField, NAME or NAME.NAME"}, take_field},
    ConnectorRow{{"behavior.on.null.values", taken, "fail or ignore"}, take_nulls},
    ConnectorRow{{"connector.class", checked, "S3SinkConnector"}, check_only<kConnector>},
    ConnectorRow{{"storage.class", checked, "S3Storage"}, check_only<kStorage>},
    ConnectorRow{{"value.converter", checked, "JsonConverter, or ByteArrayConverter with ByteArrayFormat"}, take_converter},
    ConnectorRow{{"value.converter.schemas.enable", checked, "false: values have no schema around them"}, check_bool<false>},
    ConnectorRow{{"directory.delim", checked, "/"}, check_only<kSlash>},
    ConnectorRow{{"store.kafka.keys", checked, "false"}, check_bool<false>},
    ConnectorRow{{"store.kafka.headers", checked, "false"}, check_bool<false>},
    ConnectorRow{{"s3.object.tagging", checked, "false"}, check_bool<false>},
    ConnectorRow{{"s3.ssea.name", checked, "AES256, which S3 does; others by the settings of the bucket"}, check_only_or_empty<kS3Encryption>},
    ConnectorRow{{"s3.sse.customer.key", checked, "nothing"}, check_empty},
    ConnectorRow{{"s3.sse.kms.key.id", checked, "nothing"}, check_empty},
    ConnectorRow{{"s3.acl.canned", checked, "nothing, or private"}, check_only_or_empty<kPrivate>},
    ConnectorRow{{"s3.schema.partition.affix.type", checked, "NONE"}, check_only<kNoAffix>},
    ConnectorRow{{"transforms", checked, "nothing"}, check_empty},
    ConnectorRow{{"tasks.max", left_out, "one process reads all partitions"}, ignore},
    ConnectorRow{{"key.converter*", left_out, "keys are not written"}, ignore},
    ConnectorRow{{"header.converter*", left_out, "headers are not written"}, ignore},
    ConnectorRow{{"value.converter.*", left_out, "values are written as they are"}, ignore},
    ConnectorRow{{"schema.compatibility", left_out, "values have no schema"}, ignore},
    ConnectorRow{{"locale", left_out, "names of months and days are not written"}, ignore},
    ConnectorRow{{"rotate.file.on.partition.change", left_out, "a record of another time ends no objects"}, ignore},
    ConnectorRow{{"s3.compression.level", left_out, "gzip has one level here"}, ignore},
    ConnectorRow{{"s3.credentials.provider.*", left_out, "credentials are those that the AWS tools find"}, ignore},
    ConnectorRow{{"s3.proxy.*", left_out, "a proxy is that of https_proxy"}, say<kProxy>},
    ConnectorRow{{"consumer.override.*", left_out, "properties of the client are those of --config"}, say<kOverride>},
    ConnectorRow{{"errors.*", left_out, "what cannot be written ends the run, whatever errors.tolerance says"}, take_errors},
    ConnectorRow{{"partition.field.name", left_out, "it is of the FieldPartitioner"}, ignore},
    ConnectorRow{{"tombstone.encoded.partition", left_out, "null values are not written"}, ignore},
    ConnectorRow{{"report.null.values.to.dlq", left_out, "likewise"}, ignore},
    ConnectorRow{{"keys.format.class", left_out, "keys are not written"}, ignore},
    ConnectorRow{{"headers.format.class", left_out, "headers are not written"}, ignore},
    ConnectorRow{{"json.decimal.format", left_out, "values are written as they are"}, ignore},
    ConnectorRow{{"s3.part.*", left_out, "objects are put whole"}, ignore},
    ConnectorRow{{"s3.object.*", left_out, "objects have no tags"}, ignore},
    ConnectorRow{{"s3.retry.backoff.ms", left_out, "how often is AWS_MAX_ATTEMPTS"}, ignore},
    ConnectorRow{{"retry.backoff.ms", left_out, "likewise"}, ignore},
    ConnectorRow{{"s3.wan.mode", left_out, "of how S3 is reached"}, ignore},
    ConnectorRow{{"s3.path.style.access.enabled", left_out, "likewise"}, ignore},
    ConnectorRow{{"s3.http.send.expect.continue", left_out, "likewise"}, ignore},
    ConnectorRow{{"s3.send.digest", left_out, "what is sent is signed"}, ignore},
    ConnectorRow{{"s3.elastic.buffer.*", left_out, "of the connector's memory"}, ignore},
    ConnectorRow{{"schema.cache.size", left_out, "likewise"}, ignore},
    ConnectorRow{{"schemas.cache.config", left_out, "likewise"}, ignore},
    ConnectorRow{{"enable.conditional.writes", left_out, "of how the connector goes on"}, ignore},
    ConnectorRow{{"max.files.scan.limit", left_out, "likewise"}, ignore},
    ConnectorRow{{"max.write.duration.ms", left_out, "likewise"}, ignore},
    ConnectorRow{{"shutdown.timeout.ms", left_out, "likewise"}, ignore},
    ConnectorRow{{"config.action.reload", left_out, "likewise"}, ignore},
    ConnectorRow{{"enhanced.avro.schema.support", left_out, "of Avro and Parquet"}, ignore},
    ConnectorRow{{"connect.meta.data", left_out, "likewise"}, ignore},
    ConnectorRow{{"allow.optional.map.keys", left_out, "likewise"}, ignore},
    ConnectorRow{{"avro.codec", left_out, "likewise"}, ignore},
    ConnectorRow{{"parquet.codec", left_out, "likewise"}, ignore},
    ConnectorRow{{"confluent.*", left_out, "of the licence"}, ignore},
};
// clang-format on

}  // namespace

std::span<const ConnectorRow> connector_rows() { return kRows; }

/// What stands for all that begin so comes behind what is named whole.
const ConnectorRow* find_row(std::string_view key) {
  const ConnectorRow* found = nullptr;
  for (const auto& row : kRows) {
    const auto name = row.property.key;
    if (name == key) return &row;
    if (name.ends_with('*') && key.starts_with(name.substr(0, name.size() - 1))) found = &row;
  }
  return found;
}

std::vector<ConnectorProperty> connector_properties() {
  std::vector<ConnectorProperty> properties;
  for (const auto& row : kRows) properties.push_back(row.property);
  return properties;
}

}  // namespace pinpipe::kafka
