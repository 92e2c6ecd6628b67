#include <array>

#include "json/object.h"
#include "json/string.h"
#include "wire/fields.h"
#include "wire/kafka_rest.h"

namespace pinpipe::wire {
namespace {

using json::find_member;
using json::Kind;
using json::Member;

/// Why `value`, called `name`, is no record, and what to do about it.
Error no_record(std::string_view name, Kind kind) {
  const std::string what(name);
  switch (kind) {
    case Kind::null:
      return {what + " is null, a tombstone: take such records out first, with jq 'select(." +
              what + " != null)'"};
    case Kind::string:
      return {what +
              " is a string: produce and consume records as application/vnd.kafka.json.v2+json"};
    default:
      return {what + " is no object"};
  }
}

}  // namespace

Status KafkaUnwrapper::line(std::string_view line, RecordLines& to) {
  const RecordLinesMark mark(to);
  auto status = unwrap(line, to);
  if (!status.ok()) mark.rewind(to);
  return status;
}

void KafkaUnwrapper::give_back() {
  scanner_.give_back();
  members_.give_back();
  texts_.give_back();
}

Status KafkaUnwrapper::unwrap(std::string_view line, RecordLines& to) {
  const size_t start = line.find_first_not_of(" \t\r");
  if (start != line.npos && line[start] == '[') {
    TRY(scanner_.array(line, elements_, 0));
    return unwrap_array("", line, to);
  }
  TRY(scanner_.object(line, members_));
  const auto object = whole_object(members_);
  const auto* payload = find_member(members_, object, line_field::kPayload);
  if (payload == nullptr) return unwrap_body(object, to);
  if (payload->kind == Kind::string)
    return located(line_field::kPayload, unwrap_text(*payload, to));
  if (payload->kind != Kind::object) return no_record(line_field::kPayload, payload->kind);
  return unwrap_body(object_in(*payload, members_), to);
}

Status KafkaUnwrapper::unwrap_body(const json::ObjectView& body, RecordLines& to) {
  const auto* records = find_member(members_, body, kafka_field::kRecords);
  if (records == nullptr) return unwrap_single(body, to);
  if (records->kind != Kind::array) return Error{"records is no array"};
  return unwrap_array(kafka_field::kRecords, records->value, to);
}

Status KafkaUnwrapper::unwrap_array(std::string_view name, std::string_view array,
                                    RecordLines& to) {
  Elements elements(name, to);
  json::CheckedText text(array);
  for (bool more = text.enter(); more; more = text.next()) {
    const char* const begin = text.at();
    const auto fault = unwrap_element(text, to);
    if (!elements.add(fault, {begin, static_cast<size_t>(text.at() - begin)})) break;
  }
  return elements.finish();
}

Status KafkaUnwrapper::unwrap_element(json::CheckedText& text, RecordLines& to) {
  if (text.kind() != Kind::object) {
    text.value();
    return Error{"no object"};
  }
  const auto value = text.member(kafka_field::kValue);
  if (!value) return Error{"no value"};
  if (value->kind != Kind::object) return no_record(kafka_field::kValue, value->kind);
  return add(kafka_field::kValue, *value, to);
}

Status KafkaUnwrapper::add(std::string_view name, const json::CheckedText::Value& record,
                           RecordLines& to) {
  if (may_be_too_large(record, scanner_.was_deep())) [[unlikely]] {
    return located(name, texts_.add(record.text, to));
  }
  to.add(record);
  return {};
}

/// A record without a list around it: v3, or one element of a consumer's reply.
Status KafkaUnwrapper::unwrap_single(const json::ObjectView& single, RecordLines& to) {
  const auto* value = find_member(members_, single, kafka_field::kValue);
  if (find_member(members_, single, kafka_field::kErrorCode) != nullptr)
    return Error{"a report of delivery, no record"};
  if (value == nullptr) return Error{"no produce request, consumer reply or kcat -J line"};
  if (value->kind != Kind::object) return no_record(kafka_field::kValue, value->kind);
  const bool consumed = find_member(members_, single, kafka_field::kOffset) != nullptr;
  if (!consumed) {
    constexpr std::array<std::string_view, 2> kTyped{kafka_field::kType, kafka_field::kData};
    const auto [type, data] = json::CheckedText(value->value).members(kTyped);
    if (type && type->kind == Kind::string && data)
      return located(kafka_field::kValue, unwrap_typed(*type, *data, to));
  }
  return add(kafka_field::kValue, json::CheckedText(value->value).value(), to);
}

/// Adds the record of a v3 value, {"type":T,"data":V}.
Status KafkaUnwrapper::unwrap_typed(const json::CheckedText::Value& type,
                                    const json::CheckedText::Value& data, RecordLines& to) {
  if (json::inside_quotes(type.text) != kafka_field::kJson) {
    return Error{"type is " + std::string(type.text) + ": only \"JSON\" is read"};
  }
  if (data.kind != Kind::object) return no_record(kafka_field::kData, data.kind);
  return add(kafka_field::kData, data, to);
}

Status KafkaUnwrapper::unwrap_text(const Member& text, RecordLines& to) {
  return texts_.add_string(text.value, to);
}

}  // namespace pinpipe::wire
