#include "wire/protocol.h"

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
constexpr Keys kGatewayRecords[] = {gateway_field::kData, gateway_field::kPartitionKey, gateway_field::kPartitionKeyOfCdk};
constexpr Keys kGatewayRecord[] = {kinesis_field::kStreamName, kinesis_field::kData, kinesis_field::kPartitionKey,
                                   kinesis_field::kExplicitHashKey};

constexpr std::string_view kKafkaJson = "application/vnd.kafka.json.v2+json";
constexpr std::string_view kAmzJson = "application/x-amz-json-1.1";
constexpr std::string_view kJson = "application/json";

constexpr std::array kProtocols{
    ProtocolRow{Protocol::kafka_v2, Service::kafka, kafka_field::kRecords, {}, kV2Record, kafka_field::kValue,
     "POST", "/topics/", "", kKafkaJson, "application/vnd.kafka.v2+json", "", ",", classify_kafka_v2},
    ProtocolRow{Protocol::kafka_v3, Service::kafka, "", kV3Record, kV3Record, "",
     "POST", "/topics/", "/records", kJson, kJson, "", "\n", classify_kafka_v3},
    ProtocolRow{Protocol::put_records, Service::kinesis, kinesis_field::kRecords, kPutRecords, kPutRecordsRecord, kinesis_field::kData,
     "POST", "/", "", kAmzJson, "", "Kinesis_20131202.PutRecords", ",", classify_put_records},
    ProtocolRow{Protocol::put_record, Service::kinesis, "", kPutRecord, kPutRecord, kinesis_field::kPartitionKey,
     "POST", "/", "", kAmzJson, "", "Kinesis_20131202.PutRecord", "", classify_put_record},
    ProtocolRow{Protocol::gateway_records, Service::kinesis, gateway_field::kRecords, {}, kGatewayRecords, gateway_field::kData,
     "PUT", "/streams/", "/records", kJson, kJson, "", ",", classify_put_records},
    ProtocolRow{Protocol::gateway_record, Service::kinesis, "", kGatewayRecord, kGatewayRecord, kinesis_field::kPartitionKey,
     "PUT", "/streams/", "/record", kJson, kJson, "", "", classify_put_record},
};
// clang-format on

/// A row for each protocol, in their order: a name is its row's number.
constexpr bool are_in_order() {
  for (size_t i = 0; i < kProtocols.size(); ++i)
    if (kProtocols[i].protocol != static_cast<Protocol>(i)) return false;
  return kProtocols.back().protocol == Protocol::gateway_record;
}
static_assert(are_in_order());

}  // namespace

std::string_view ProtocolRow::destination() const {
  return service == Service::kafka ? line_field::kTopic.view() : line_field::kStream.view();
}

const ProtocolRow& row_of(Protocol protocol) { return kProtocols[static_cast<size_t>(protocol)]; }

BatchOutcome classify_reply(Protocol protocol, const ReplyText& reply, size_t sent) {
  auto batch = row_of(protocol).classify(reply, sent);
  const auto bad_record = named_record(reply.body);
  if (batch.records.empty() && bad_record && *bad_record < sent) batch.bad_record = bad_record;
  return batch;
}

}  // namespace pinpipe::wire
