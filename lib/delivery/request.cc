#include "delivery/request.h"

#include <algorithm>

#include "json/checked_text.h"
#include "json/plain_words.h"
#include "json/string.h"
#include "record/destination_name.h"
#include "wire/fields.h"

namespace pinpipe::delivery {
namespace {

using json::CheckedText;
using json::find_member;
using json::Kind;
using json::Member;
using json::Members;
using json::object_in;
using json::ObjectView;
using json::whole_object;
using wire::row_of;

// "reason" and "status" are what a dead letter has more.
constexpr std::string_view kLineKeys[] = {wire::line_field::kTopic, wire::line_field::kStream,
                                          wire::line_field::kPayload, wire::line_field::kReason,
                                          wire::line_field::kStatus};
constexpr size_t kShownKey = 60;
constexpr size_t kShownName = 100;

Error unknown_key(std::string_view key) {
  return {"unknown key '" + json::plain_words(key, kShownKey) + "'"};
}

Error missing(std::string_view key) { return {"no '" + std::string(key) + "'"}; }

/// Takes the record at hand, an element of a list.
Status check_record(CheckedText& text, const ProtocolRow& protocol) {
  bool has_needed = protocol.needed.empty();
  Status unknown;
  for (bool more = text.enter(); more; more = text.next()) {
    const auto key = text.key();
    text.value();
    const auto known = std::ranges::find_if(protocol.record_keys,
                                            [&](auto name) { return json::is_named(key, name); });
    if (known == protocol.record_keys.end()) {
      if (unknown.ok()) unknown = unknown_key(key);
    } else if (*known == protocol.needed) {
      has_needed = true;
    }
  }
  if (!unknown.ok() || has_needed) return unknown;
  return missing(protocol.needed);
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
  return protocol == other.protocol && !row_of(protocol).http.separator.empty() &&
         destination == other.destination && open == other.open;
}

size_t Request::cost() const {
  // For each record a span here and a place in the batch that is sent.
  constexpr size_t kPerRecord = 80;
  constexpr size_t kPerRequest = 512;
  return kPerRequest + line.size() + records.size() * kPerRecord;
}

std::string shown_destination(const Request& request) {
  return std::string(row_of(request.protocol).destination()) + " '" +
         json::plain_words(request.destination, kShownName) + "'";
}

std::string body_of(const Request& request, const std::vector<std::string_view>& texts) {
  const auto& protocol = row_of(request.protocol);
  size_t size = request.open.size() + 2;
  for (const auto text : texts) size += text.size() + 1;
  std::string body;
  body.reserve(size);
  body += request.open;
  for (size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) body += protocol.http.separator;
    body += texts[i];
  }
  if (!protocol.list.empty()) body += "]}";
  return body;
}

Status RequestParser::parse(std::string_view line, Request& to) {
  TRY(scanner_.object(line, members_));
  const auto whole = whole_object(members_);
  const auto service = TRY(find_destination(whole, to));
  const auto* payload = find_member(members_, whole, wire::line_field::kPayload);
  if (payload == nullptr) return Error{"no request: there is no 'payload'"};
  if (payload->kind == Kind::string) {
    return Error{"payload is a string: such lines are for kcat -P, not for a REST proxy"};
  }
  if (payload->kind != Kind::object) return Error{"payload is not an object"};
  const auto body = object_in(*payload, members_);
  to.protocol = TRY(wire::protocol_of(service, body, members_));
  TRY(find_records(body, line, to));
  to.payload = span_in(line, payload->value);
  to.line = line;
  return {};
}

Result<Service> RequestParser::find_destination(const ObjectView& line, Request& to) {
  Status unknown;
  members_.each(line.begin, line.end, [&](const Member& member, uint32_t) {
    if (unknown.ok() && !is_one_of(member, kLineKeys)) unknown = unknown_key(member.key);
  });
  const auto* topic = find_member(members_, line, wire::line_field::kTopic);
  const auto* stream = find_member(members_, line, wire::line_field::kStream);
  if ((topic == nullptr) == (stream == nullptr)) {
    return Error{topic == nullptr ? "no request: there is no 'topic' and no 'stream'"
                                  : "both a topic and a stream"};
  }
  TRY(unknown);
  const auto* name = topic != nullptr ? topic : stream;
  const std::string what(topic != nullptr ? wire::line_field::kTopic.view()
                                          : wire::line_field::kStream.view());
  if (name->kind != Kind::string) return Error{what + " is not a string"};
  to.destination = unescaped(*name);
  if (to.destination.empty()) return Error{what + " is empty"};
  if (!is_possible_name(topic != nullptr ? record::kTopicNames : record::kStreamNames,
                        to.destination)) {
    return Error{"'" + json::plain_words(to.destination, kShownName) +
                 "' is not a valid name of a " + what};
  }
  return topic != nullptr ? Service::kafka : Service::kinesis;
}

Status RequestParser::check_keys(const ObjectView& payload, const ProtocolRow& protocol) const {
  Status unknown;
  members_.each(payload.begin, payload.end, [&](const Member& member, uint32_t) {
    if (unknown.ok() && !is_one_of(member, protocol.payload_keys) &&
        !json::key_is(member, protocol.list))
      unknown = unknown_key(member.key);
  });
  if (!unknown.ok() || !protocol.list.empty() || protocol.needed.empty()) return unknown;
  return find_member(members_, payload, protocol.needed) == nullptr ? missing(protocol.needed)
                                                                    : Status();
}

/// A payload that names its stream must name the right one; to the API it must.
Status RequestParser::check_stream(const ObjectView& payload, Request& to) {
  const auto& protocol = row_of(to.protocol);
  const auto* name = find_member(members_, payload, protocol.stream_name);
  const auto* arn = find_member(members_, payload, wire::kinesis_field::kStreamArn);
  const std::string field(protocol.stream_name);
  if (name != nullptr && (name->kind != Kind::string || unescaped(*name) != to.destination))
    return Error{"payload's " + field + " is not the stream"};
  if (arn != nullptr && (arn->kind != Kind::string || stream_of(unescaped(*arn)) != to.destination))
    return Error{"payload's StreamARN is not that of the stream"};
  if (!protocol.http.target.empty() && name == nullptr && arn == nullptr)
    return Error{"payload has no '" + field + "'"};
  to.open.clear();
  if (protocol.list.empty()) return {};
  to.open = "{";
  if (name != nullptr) to.open += "\"" + field + "\":" + std::string(name->value) + ",";
  if (arn != nullptr)
    to.open += wire::kKeyOf<wire::kinesis_field::kStreamArn>.text() + std::string(arn->value) + ",";
  to.open += "\"" + std::string(protocol.list) + "\":[";
  return {};
}

Status RequestParser::find_records(const ObjectView& payload, std::string_view line, Request& to) {
  const auto& protocol = row_of(to.protocol);
  to.records.clear();
  TRY(check_keys(payload, protocol));
  TRY(check_stream(payload, to));
  if (protocol.list.empty()) {
    to.records.push_back(span_in(line, payload.text));
    return {};
  }
  const std::string list(protocol.list);
  const auto* records = find_member(members_, payload, protocol.list);
  if (records->kind != Kind::array) return Error{list + " is not an array"};
  CheckedText text(records->value);
  for (bool more = text.enter(); more; more = text.next()) {
    const auto place = [&] { return list + "[" + std::to_string(to.records.size()) + "]: "; };
    if (text.kind() != Kind::object) return Error{place() + "not an object"};
    const char* const begin = text.at();
    if (const auto status = check_record(text, protocol); !status.ok())
      return Error{place() + status.error().what};
    to.records.push_back(span_in(line, {begin, static_cast<size_t>(text.at() - begin)}));
  }
  return to.records.empty() ? Status(Error{list + " is empty"}) : Status();
}

}  // namespace pinpipe::delivery
