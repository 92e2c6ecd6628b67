#include "payload/kafka_unwrap.h"

#include "ndjson/json_string.h"
#include "payload/object_view.h"

namespace pinpipe::payload {
namespace {

using ndjson::Fault;
using ndjson::Kind;
using ndjson::Member;
using ndjson::Verdict;
using record::find_member;

/// Why `value`, called `name`, is no record, and what to do about it.
Fault no_record(std::string_view name, Kind kind) {
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

/// Whether `typed` is a v3 value: {"type":T,"data":X}.
bool is_typed(const record::RecordView& typed, const ndjson::Members& members) {
  const auto* type = find_member(members, typed, "type");
  return type != nullptr && type->kind == Kind::string &&
         find_member(members, typed, "data") != nullptr;
}

}  // namespace

Verdict KafkaUnwrapper::line(std::string_view line, RecordLines& to) {
  const RecordLinesMark mark(to);
  auto fault = unwrap(line, to);
  if (fault) mark.rewind(to);
  return fault;
}

Verdict KafkaUnwrapper::unwrap(std::string_view line, RecordLines& to) {
  const size_t start = line.find_first_not_of(" \t\r");
  if (start != line.npos && line[start] == '[') return unwrap_array("", line, to);
  if (auto fault = scanner_.object(line, members_)) return fault;
  const auto object = whole_object(line, members_);
  const auto* payload = find_member(members_, object, "payload");
  if (payload == nullptr) return unwrap_body(object, to);
  if (payload->kind == Kind::string) return fault_at("payload", unwrap_text(*payload, to));
  if (payload->kind != Kind::object) return no_record("payload", payload->kind);
  return unwrap_body(object_in(*payload, members_), to);
}

Verdict KafkaUnwrapper::unwrap_body(const record::RecordView& body, RecordLines& to) {
  const auto* records = find_member(members_, body, "records");
  if (records == nullptr) return unwrap_single(body, to);
  if (records->kind != Kind::array) return Fault{"records is no array"};
  return unwrap_array("records", records->value, to);
}

Verdict KafkaUnwrapper::unwrap_array(std::string_view name, std::string_view array,
                                     RecordLines& to) {
  if (auto fault = scanner_.array(array, elements_)) return fault;
  for (size_t i = 0; i < elements_.size(); ++i) {
    if (auto fault = unwrap_element(elements_[i], to))
      return fault_at(place_in(name, i), std::move(fault));
  }
  return std::nullopt;
}

Verdict KafkaUnwrapper::unwrap_element(const ndjson::Element& element, RecordLines& to) {
  if (element.kind != Kind::object) return Fault{"no object"};
  if (auto fault = scanner_.object(element.value, inner_)) return fault;
  const auto* value = find_member(inner_, whole_object(element.value, inner_), "value");
  if (value == nullptr) return Fault{"no value"};
  if (value->kind != Kind::object) return no_record("value", value->kind);
  to.add(object_in(*value, inner_), inner_);
  return std::nullopt;
}

/// A record without a list around it: v3, or one element of a consumer's reply.
Verdict KafkaUnwrapper::unwrap_single(const record::RecordView& single, RecordLines& to) {
  const auto* value = find_member(members_, single, "value");
  if (find_member(members_, single, "error_code") != nullptr)
    return Fault{"a report of delivery, no record"};
  if (value == nullptr) return Fault{"no produce request, consumer reply or kcat -J line"};
  if (value->kind != Kind::object) return no_record("value", value->kind);
  if (auto fault = scanner_.object(value->value, inner_)) return fault;
  const auto record = whole_object(value->value, inner_);
  const bool consumed = find_member(members_, single, "offset") != nullptr;
  if (!consumed && is_typed(record, inner_)) return fault_at("value", unwrap_typed(record, to));
  to.add(record, inner_);
  return std::nullopt;
}

Verdict KafkaUnwrapper::unwrap_typed(const record::RecordView& typed, RecordLines& to) {
  const auto* type = find_member(inner_, typed, "type");
  const auto* data = find_member(inner_, typed, "data");
  if (ndjson::inside_quotes(type->value) != "JSON") {
    return Fault{"type is " + std::string(type->value) + ": only \"JSON\" is read"};
  }
  if (data->kind != Kind::object) return no_record("data", data->kind);
  to.add(object_in(*data, inner_), inner_);
  return std::nullopt;
}

Verdict KafkaUnwrapper::unwrap_text(const Member& text, RecordLines& to) {
  return texts_.add(ndjson::unescape(ndjson::inside_quotes(text.value), scratch_), to);
}

}  // namespace pinpipe::payload
