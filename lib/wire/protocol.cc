#include "wire/protocol.h"

#include <algorithm>
#include <array>

#include "wire/fields.h"
#include "wire/kafka_rest.h"
#include "wire/kinesis.h"

namespace pinpipe::wire {
namespace {

using Keys = std::string_view;

// clang-format off
// Kafka REST v2 of Confluent has key, value and partition; the bridge of Strimzi the others, too.
constexpr Keys kV2Record[] = {kafka_field::kKey, kafka_field::kValue, kafka_field::kPartition, kafka_field::kTimestamp, kafka_field::kHeaders};
constexpr Keys kV3Record[] = {kafka_field::kPartitionId, kafka_field::kHeaders, kafka_field::kKey, kafka_field::kValue, kafka_field::kTimestamp};
constexpr Keys kPutRecords[] = {kinesis_field::kStreamName, kinesis_field::kStreamArn};
constexpr Keys kPutRecordsRecord[] = {kinesis_field::kData, kinesis_field::kPartitionKey, kinesis_field::kExplicitHashKey};
constexpr Keys kPutRecord[] = {kinesis_field::kStreamName, kinesis_field::kStreamArn, kinesis_field::kData, kinesis_field::kPartitionKey,
                               kinesis_field::kExplicitHashKey, kinesis_field::kSequenceNumberForOrdering};
constexpr Keys kGatewayRecord[] = {kinesis_field::kStreamName, kinesis_field::kData, kinesis_field::kPartitionKey,
                                   kinesis_field::kExplicitHashKey};
constexpr Keys kGatewayRecords[] = {gateway_field::kData, gateway_field::kPartitionKey, gateway_field::kPartitionKeyOfCdk};
// clang-format on

// What a payload is known by.
constexpr Keys kV2Marks[] = {kafka_field::kRecords};
constexpr Keys kV3Marks[] = {kafka_field::kValue, kafka_field::kKey};
constexpr Keys kPutRecordsMarks[] = {kinesis_field::kRecords};
constexpr Keys kRecordMarks[] = {kinesis_field::kData};
constexpr Keys kGatewayRecordsMarks[] = {gateway_field::kRecords};

/// Before a key or a value of v3.
constexpr auto kTyped = kJoined<"{", kTextOf<kafka_field::kType>, kafka_field::kJson, "\",",
                                kKeyOf<kafka_field::kData>>;
constexpr auto kBeforePartitionKey = kJoined<",", kTextOf<kinesis_field::kPartitionKey>>;

constexpr std::string_view kJson = "application/json";

constexpr std::array kProtocols{
    ProtocolRow{
        .protocol = Protocol::kafka_v2,
        .service = Service::kafka,
        .name = "v2",
        .entry = {.open = kJoined<"{", kKeyOf<kafka_field::kKey>>,
                  .between = kJoined<",", kKeyOf<kafka_field::kValue>>,
                  .close = "}",
                  .without_key = kJoined<"{", kKeyOf<kafka_field::kValue>>},
        .list = kafka_field::kRecords,
        .marks = kV2Marks,
        .record_keys = kV2Record,
        .needed = kafka_field::kValue,
        .http = {.method = "POST",
                 .before_name = "/topics/",
                 .content_type = "application/vnd.kafka.json.v2+json",
                 .accept = "application/vnd.kafka.v2+json",
                 .separator = ","},
        .classify = classify_kafka_v2,
    },
    ProtocolRow{
        .protocol = Protocol::kafka_v3,
        .service = Service::kafka,
        .name = "v3",
        .entry = {.open = kJoined<kKeyOf<kafka_field::kKey>, kTyped>,
                  .between = kJoined<"},", kKeyOf<kafka_field::kValue>, kTyped>,
                  .close = "}",
                  .without_key = kJoined<kKeyOf<kafka_field::kValue>, kTyped>},
        .marks = kV3Marks,
        .payload_keys = kV3Record,
        .http = {.method = "POST",
                 .before_name = "/topics/",
                 .behind_name = "/records",
                 .content_type = kJson,
                 .accept = kJson,
                 .separator = "\n"},
        .classify = classify_kafka_v3,
    },
    ProtocolRow{
        .protocol = Protocol::kcat,
        .service = Service::kafka,
        .name = "kcat",
        .entry = {.value = ValueForm::text,
                  .open = kKeyOf<kafka_field::kKey>,
                  .between = kJoined<",", kKeyOf<kafka_field::kPayload>>,
                  .without_key =
                      kJoined<kKeyOf<kafka_field::kKey>, "null,", kKeyOf<kafka_field::kPayload>>},
        .has_payload = false,
    },
    ProtocolRow{
        .protocol = Protocol::put_records,
        .service = Service::kinesis,
        .name = "put-records",
        .entry = {.value = ValueForm::base64,
                  .open = kJoined<"{", kTextOf<kinesis_field::kData>>,
                  .between = kJoined<"\"", kBeforePartitionKey>,
                  .close = "\"}"},
        .list = kinesis_field::kRecords,
        .stream_name = kinesis_field::kStreamName,
        .marks = kPutRecordsMarks,
        .payload_keys = kPutRecords,
        .record_keys = kPutRecordsRecord,
        .needed = kinesis_field::kData,
        .http = {.method = "POST",
                 .before_name = "/",
                 .content_type = kinesis_field::kContentType,
                 .target = kJoined<kinesis_field::kTarget, "PutRecords">,
                 .separator = ","},
        .classify = classify_put_records,
    },
    ProtocolRow{
        .protocol = Protocol::put_record,
        .service = Service::kinesis,
        .name = "put-record",
        .entry = {.value = ValueForm::base64,
                  .open = kTextOf<kinesis_field::kData>,
                  .between = kJoined<"\"", kBeforePartitionKey>,
                  .close = "\""},
        .stream_name = kinesis_field::kStreamName,
        .marks = kRecordMarks,
        .mark_is_text = true,
        .payload_keys = kPutRecord,
        .needed = kinesis_field::kPartitionKey,
        .http = {.method = "POST",
                 .before_name = "/",
                 .content_type = kinesis_field::kContentType,
                 .target = kJoined<kinesis_field::kTarget, "PutRecord">},
        .classify = classify_put_record,
    },
    ProtocolRow{
        .protocol = Protocol::gateway_record,
        .service = Service::kinesis,
        .name = "gateway-record",
        .entry = {.open = kKeyOf<kinesis_field::kData>,
                  .between = kBeforePartitionKey,
                  .close = "\""},
        .stream_name = kinesis_field::kStreamName,
        .marks = kRecordMarks,
        .payload_keys = kGatewayRecord,
        .needed = kinesis_field::kPartitionKey,
        .http = {.method = "PUT",
                 .before_name = "/streams/",
                 .behind_name = "/record",
                 .content_type = kJson,
                 .accept = kJson},
        .classify = classify_put_record,
    },
    ProtocolRow{
        .protocol = Protocol::gateway_records,
        .service = Service::kinesis,
        .name = "gateway-records",
        .entry = {.value = ValueForm::text,
                  .open = kJoined<"{", kKeyOf<gateway_field::kData>>,
                  .between = kJoined<",", kTextOf<gateway_field::kPartitionKey>>,
                  .close = "\"}"},
        .list = gateway_field::kRecords,
        .marks = kGatewayRecordsMarks,
        .record_keys = kGatewayRecords,
        .needed = gateway_field::kData,
        .http = {.method = "PUT",
                 .before_name = "/streams/",
                 .behind_name = "/records",
                 .content_type = kJson,
                 .accept = kJson,
                 .separator = ","},
        .classify = classify_put_records,
    },
};

/// A row for each protocol, in their order: a name is its row's number.
constexpr bool are_in_order() {
  for (size_t i = 0; i < kProtocols.size(); ++i)
    if (kProtocols[i].protocol != static_cast<Protocol>(i)) return false;
  return kProtocols.back().protocol == Protocol::gateway_records;
}
static_assert(are_in_order());

/// "'records' (v2), 'value' or 'key' (v3)".
std::string marks_of(Service service) {
  std::string text;
  for (const auto& row : kProtocols) {
    if (row.service != service || row.marks.empty()) continue;
    for (size_t i = 0; i < row.marks.size(); ++i)
      text += (text.empty() ? "'" : i > 0 ? " or '" : ", '") + std::string(row.marks[i]) + "'";
    text += " (" + std::string(row.name) + ")";
  }
  return text;
}

ProtocolChoices choices_of(Service service) {
  ProtocolChoices choices;
  for (const auto& row : kProtocols) {
    if (row.service == service) choices.emplace_back(row.name, row.protocol);
  }
  return choices;
}

}  // namespace

std::string_view ProtocolRow::destination() const {
  return service == Service::kafka ? line_field::kTopic.view() : line_field::kStream.view();
}

const ProtocolRow& row_of(Protocol protocol) { return kProtocols[static_cast<size_t>(protocol)]; }

const ProtocolChoices& protocols_of(Service service) {
  static const ProtocolChoices kafka = choices_of(Service::kafka);
  static const ProtocolChoices kinesis = choices_of(Service::kinesis);
  return service == Service::kafka ? kafka : kinesis;
}

Frame frame_of(const ProtocolRow& row, std::string_view destination, bool payload_only) {
  const auto name = [&](std::string_view field) {
    return "\"" + std::string(field) + "\":\"" + std::string(destination) + "\",";
  };
  if (!row.has_payload) {
    return payload_only ? Frame{"", "\n"} : Frame{"{" + name(row.destination()), "}\n"};
  }
  Frame frame{"{", "}\n"};
  if (!row.stream_name.empty()) frame.open += name(row.stream_name);
  if (row.is_batch()) {
    frame.open += "\"" + std::string(row.list) + "\":[";
    frame.close = "]}\n";
  }
  if (payload_only) return frame;
  frame.open = "{" + name(row.destination()) + kKeyOf<line_field::kPayload>.text() + frame.open;
  frame.close.insert(frame.close.size() - 1, "}");
  return frame;
}

Result<Protocol> protocol_of(Service service, const json::ObjectView& payload,
                             const json::Members& members) {
  for (const auto& row : kProtocols) {
    if (row.service != service) continue;
    const bool has_mark = std::ranges::any_of(row.marks, [&](auto mark) {
      const auto* member = find_member(members, payload, mark);
      return member != nullptr && (!row.mark_is_text || member->kind == json::Kind::string);
    });
    if (has_mark) return row.protocol;
  }
  return Error{"payload has none of " + marks_of(service)};
}

BatchOutcome classify_reply(Protocol protocol, const ReplyText& reply, size_t sent) {
  auto batch = row_of(protocol).classify(reply, sent);
  const auto bad_record = named_record(reply.body);
  if (batch.records.empty() && bad_record && *bad_record < sent) batch.bad_record = bad_record;
  return batch;
}

}  // namespace pinpipe::wire
