#include "delivery/request.h"

#include <algorithm>

#include "http/words.h"
#include "json/string.h"
#include "record/destination_name.h"

namespace pinpipe::delivery {
namespace {

using json::find_member;
using json::Kind;
using json::Member;
using json::Members;
using json::object_in;
using json::ObjectView;
using json::whole_object;

// "reason" and "status" are what a dead letter has more.
constexpr std::string_view kLineKeys[] = {"topic", "stream", "payload", "reason", "status"};
constexpr size_t kShownKey = 60;
constexpr size_t kShownName = 100;

Error unknown_key(const Member& member) {
  return {"unknown key '" + http::plain_words(member.key, kShownKey) + "'"};
}

bool is_one_of(const Member& member, std::span<const std::string_view> keys) {
  return std::ranges::any_of(keys, [&](auto key) { return json::key_is(member, key); });
}

std::string unescaped(const Member& member) {
  std::string text;
  json::append_unescaped(json::inside_quotes(member.value), text);
  return text;
}

/// The name in arn:aws:kinesis:REGION:ACCOUNT:stream/NAME; "" of anything else.
std::string_view stream_of(std::string_view arn) {
  constexpr std::string_view kBefore = ":stream/";
  const size_t at = arn.rfind(kBefore);
  const bool right = arn.starts_with("arn:") && arn.find(":kinesis:") < at && at != arn.npos;
  return right ? arn.substr(at + kBefore.size()) : std::string_view();
}

Request::Span span_in(std::string_view line, std::string_view part) {
  return {static_cast<size_t>(part.data() - line.data()), part.size()};
}

}  // namespace

bool Request::goes_with(const Request& other) const {
  return shape == other.shape && !facts(shape).separator.empty() &&
         destination == other.destination && open == other.open;
}

size_t Request::cost() const {
  // For each record a span here and a place in the batch that is sent.
  constexpr size_t kPerRecord = 80;
  constexpr size_t kPerRequest = 512;
  return kPerRequest + line.size() + records.size() * kPerRecord;
}

std::string shown_destination(const Request& request) {
  return std::string(facts(request.shape).destination) + " '" +
         http::plain_words(request.destination, kShownName) + "'";
}

std::string body_of(const Request& request, const std::vector<std::string_view>& texts) {
  const auto& shape = facts(request.shape);
  size_t size = request.open.size() + 2;
  for (const auto text : texts) size += text.size() + 1;
  std::string body;
  body.reserve(size);
  body += request.open;
  for (size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) body += shape.separator;
    body += texts[i];
  }
  if (!shape.list.empty()) body += "]}";
  return body;
}

Status RequestParser::parse(std::string_view line, Request& to) {
  TRY(scanner_.object(line, members_));
  const auto whole = whole_object(members_);
  TRY(find_destination(whole, to));
  const auto* payload = find_member(members_, whole, "payload");
  if (payload == nullptr) return Error{"no request: there is no 'payload'"};
  if (payload->kind == Kind::string) {
    return Error{"payload is a string: such lines are for kcat -P, not for a REST proxy"};
  }
  if (payload->kind != Kind::object) return Error{"payload is no object"};
  const auto body = object_in(*payload, members_);
  TRY(find_shape(body, to));
  TRY(find_records(body, line, to));
  to.payload = span_in(line, payload->value);
  to.line = line;
  return {};
}

Status RequestParser::find_destination(const ObjectView& line, Request& to) {
  Status unknown;
  members_.each(line.begin, line.end, [&](const Member& member, uint32_t) {
    if (unknown.ok() && !is_one_of(member, kLineKeys)) unknown = unknown_key(member);
  });
  const auto* topic = find_member(members_, line, "topic");
  const auto* stream = find_member(members_, line, "stream");
  if ((topic == nullptr) == (stream == nullptr)) {
    return Error{topic == nullptr ? "no request: there is no 'topic' and no 'stream'"
                                  : "both a topic and a stream"};
  }
  TRY(unknown);
  const auto* name = topic != nullptr ? topic : stream;
  const std::string what = topic != nullptr ? "topic" : "stream";
  if (name->kind != Kind::string) return Error{what + " is no string"};
  to.destination = unescaped(*name);
  if (to.destination.empty()) return Error{what + " is empty"};
  if (!is_possible_name(topic != nullptr ? record::kTopicNames : record::kStreamNames,
                        to.destination)) {
    return Error{"'" + http::plain_words(to.destination, kShownName) + "' is no name of a " + what};
  }
  to.shape = topic != nullptr ? Shape::kafka_v2 : Shape::put_records;
  return {};
}

/// REQUIRES: `to.shape` is one for the right kind of destination.
Status RequestParser::find_shape(const ObjectView& payload, Request& to) {
  const auto has = [&](std::string_view key) {
    return find_member(members_, payload, key) != nullptr;
  };
  if (to.shape == Shape::kafka_v2) {
    if (has("records")) return {};
    to.shape = Shape::kafka_v3;
    if (has("value") || has("key")) return {};
    return Error{"payload has no 'records' (REST v2) and no 'value' (REST v3)"};
  }
  if (has("Records")) return {};
  to.shape = Shape::gateway_records;
  if (has("records")) return {};
  const auto* data = find_member(members_, payload, "Data");
  if (data == nullptr) return Error{"payload has no 'Records', 'records' or 'Data'"};
  // The API takes base64, a gateway's template the record as it is.
  to.shape = data->kind == Kind::string ? Shape::put_record : Shape::gateway_record;
  return {};
}

Status RequestParser::check_keys(const Members& members, const ObjectView& object,
                                 const ShapeFacts& shape, bool in_list) const {
  Status unknown;
  members.each(object.begin, object.end, [&](const Member& member, uint32_t) {
    if (!unknown.ok() || is_one_of(member, in_list ? shape.record_keys : shape.payload_keys))
      return;
    if (in_list || !json::key_is(member, shape.list)) unknown = unknown_key(member);
  });
  if (!unknown.ok() || (!in_list && !shape.list.empty())) return unknown;
  if (!shape.needed.empty() && find_member(members, object, shape.needed) == nullptr)
    return Error{"no '" + std::string(shape.needed) + "'"};
  return {};
}

/// A payload that names its stream must name the right one; to the API it must.
Status RequestParser::check_stream(const ObjectView& payload, Request& to) {
  const auto* name = find_member(members_, payload, "StreamName");
  const auto* arn = find_member(members_, payload, "StreamARN");
  if (name != nullptr && (name->kind != Kind::string || unescaped(*name) != to.destination))
    return Error{"payload's StreamName is not the stream"};
  if (arn != nullptr && (arn->kind != Kind::string || stream_of(unescaped(*arn)) != to.destination))
    return Error{"payload's StreamARN is not that of the stream"};
  const auto& shape = facts(to.shape);
  if (!shape.target.empty() && name == nullptr && arn == nullptr)
    return Error{"payload has no 'StreamName'"};
  to.open.clear();
  if (shape.list.empty()) return {};
  to.open = "{";
  if (name != nullptr) to.open += "\"StreamName\":" + std::string(name->value) + ",";
  if (arn != nullptr) to.open += "\"StreamARN\":" + std::string(arn->value) + ",";
  to.open += "\"" + std::string(shape.list) + "\":[";
  return {};
}

Status RequestParser::find_records(const ObjectView& payload, std::string_view line, Request& to) {
  const auto& shape = facts(to.shape);
  to.records.clear();
  TRY(check_keys(members_, payload, shape, false));
  TRY(check_stream(payload, to));
  if (shape.list.empty()) {
    to.records.push_back(span_in(line, payload.text));
    return {};
  }
  const std::string list(shape.list);
  const auto* records = find_member(members_, payload, shape.list);
  if (records->kind != Kind::array) return Error{list + " is no array"};
  TRY(scanner_.array(records->value, elements_));
  if (elements_.empty()) return Error{list + " is empty"};
  for (const auto& element : elements_) {
    const auto place = [&] { return list + "[" + std::to_string(to.records.size()) + "]: "; };
    if (element.kind != Kind::object) return Error{place() + "no object"};
    TRY(scanner_.object(element.value, inner_));
    const auto whole = whole_object(inner_);
    if (auto status = check_keys(inner_, whole, shape, true); !status.ok())
      return Error{place() + status.error().what};
    to.records.push_back(span_in(line, element.value));
  }
  return {};
}

}  // namespace pinpipe::delivery
