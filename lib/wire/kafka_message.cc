#include "wire/kafka_message.h"

#include <array>
#include <limits>

#include "base/base64.h"
#include "json/string.h"
#include "record/values.h"
#include "wire/fields.h"
#include "wire/record_lines.h"

namespace pinpipe::wire {
namespace {

using json::CheckedText;
using json::Kind;
using Value = CheckedText::Value;

bool is_there(const std::optional<Value>& value) { return value && value->kind != Kind::null; }

Status read_partition(std::string_view name, const std::optional<Value>& value, KafkaMessage& to) {
  if (!is_there(value)) return {};
  const auto number = record::to_int64(value->text);
  if (!number || *number < 0 || *number > std::numeric_limits<int32_t>::max())
    return Error{std::string(name) + " is not the number of a partition"};
  to.partition = static_cast<int32_t>(*number);
  return {};
}

std::optional<int64_t> milliseconds_of(std::string_view text) {
  const auto time = record::to_timestamp(text);
  if (!time) return std::nullopt;
  int64_t milliseconds = 0;
  for (size_t i = 0; i < 3; ++i)
    milliseconds = milliseconds * 10 + (i < time->fraction.size() ? time->fraction[i] - '0' : 0);
  const int64_t seconds =
      record::days_from_civil(time->year, time->month, time->day) * record::kDaySeconds +
      time->hour * 3600 + time->minute * 60 + time->second;
  return seconds * 1000 + milliseconds;
}

/// A number of milliseconds, as v2 of Strimzi's bridge has it, or a text, as v3 has.
Status read_timestamp(const std::optional<Value>& value, KafkaMessage& to) {
  if (!is_there(value)) return {};
  to.timestamp_ms = value->kind == Kind::string ? milliseconds_of(json::inside_quotes(value->text))
                                                : record::to_int64(value->text);
  if (to.timestamp_ms && *to.timestamp_ms >= 0) return {};
  return Error{"timestamp is not a time since 1970"};
}

/// Elements are {NAME:"…","value":BASE64|null}.
Status read_headers(std::string_view name, const std::optional<Value>& value, KafkaMessage& to) {
  if (!is_there(value)) return {};
  const Error fault{"headers are not a list of " + std::string(name) + " and value in base64"};
  if (value->kind != Kind::array) return fault;
  CheckedText text(value->text);
  for (bool more = text.enter(); more; more = text.next()) {
    if (text.kind() != Kind::object) return fault;
    const auto [key, bytes] = text.members(std::array{name, kafka_field::kValue.view()});
    if (!key || key->kind != Kind::string) return fault;
    KafkaMessage::Header header;
    json::append_unescaped(json::inside_quotes(key->text), header.name);
    if (is_there(bytes)) {
      Buffer decoded;
      if (bytes->kind != Kind::string ||
          !append_base64_decoded(json::inside_quotes(bytes->text), decoded))
        return fault;
      header.value = std::string(decoded.view());
    }
    to.headers.push_back(std::move(header));
  }
  return {};
}

}  // namespace

Status KafkaMessageReader::read(Protocol protocol, std::string_view record, KafkaMessage& to) {
  to = {};
  if (protocol == Protocol::kafka_v2) return read_v2(record, to);
  if (protocol == Protocol::kafka_v3) return read_v3(record, to);
  return Error{"the request is not one for Kafka"};
}

Status KafkaMessageReader::read_v2(std::string_view record, KafkaMessage& to) {
  const auto [key, value, partition, timestamp, headers] = CheckedText(record).members(std::array{
      kafka_field::kKey.view(), kafka_field::kValue.view(), kafka_field::kPartition.view(),
      kafka_field::kTimestamp.view(), kafka_field::kHeaders.view()});
  if (is_there(key)) to.key = key->text;
  if (is_there(value)) to.value = value->text;
  TRY(read_partition(kafka_field::kPartition, partition, to));
  TRY(read_timestamp(timestamp, to));
  return read_headers(kafka_field::kKey, headers, to);
}

Status KafkaMessageReader::read_v3(std::string_view record, KafkaMessage& to) {
  const auto [key, value, partition, timestamp, headers] = CheckedText(record).members(std::array{
      kafka_field::kKey.view(), kafka_field::kValue.view(), kafka_field::kPartitionId.view(),
      kafka_field::kTimestamp.view(), kafka_field::kHeaders.view()});
  TRY(located(kafka_field::kKey, read_typed(key, key_, to.key, nullptr)));
  TRY(located(kafka_field::kValue, read_typed(value, value_, to.value, &to.value_is_own)));
  TRY(read_partition(kafka_field::kPartitionId, partition, to));
  TRY(read_timestamp(timestamp, to));
  return read_headers(kafka_field::kName, headers, to);
}

/// Of {"type":T,"data":D}.
Status KafkaMessageReader::read_typed(const std::optional<Value>& typed, Buffer& own,
                                      std::optional<std::string_view>& to, bool* is_own) {
  if (!is_there(typed)) return {};
  if (typed->kind != Kind::object) return Error{"not an object with type and data"};
  const auto [type, data] =
      CheckedText(typed->text)
          .members(std::array{kafka_field::kType.view(), kafka_field::kData.view()});
  const auto kind = type && type->kind == Kind::string ? json::inside_quotes(type->text) : "";
  if (!is_there(data)) return {};
  if (kind == kafka_field::kJson.view()) {
    to = data->text;
    return {};
  }
  const bool binary = kind == kafka_field::kBinary.view();
  if (!binary && kind != kafka_field::kString.view())
    return Error{"type is not \"JSON\", \"STRING\" or \"BINARY\", which need no registry"};
  if (data->kind != Kind::string) return Error{"data is not a string, as its type says"};
  own.clear();
  if (!binary) {
    json::append_unescaped(json::inside_quotes(data->text), own);
  } else if (!append_base64_decoded(json::inside_quotes(data->text), own)) {
    return Error{"data is not base64"};
  }
  to = own.view();
  if (is_own != nullptr) *is_own = true;
  return {};
}

}  // namespace pinpipe::wire
