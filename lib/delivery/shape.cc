#include "delivery/shape.h"

namespace pinpipe::delivery {
namespace {

using Keys = std::string_view;

// Kafka REST v2 of Confluent has key, value and partition; the bridge of Strimzi the others, too.
constexpr Keys kV2Record[] = {"key", "value", "partition", "timestamp", "headers"};
constexpr Keys kV3Record[] = {"partition_id", "headers", "key", "value", "timestamp"};
constexpr Keys kPutRecords[] = {"StreamName", "StreamARN"};
constexpr Keys kPutRecordsRecord[] = {"Data", "PartitionKey", "ExplicitHashKey"};
constexpr Keys kPutRecord[] = {"StreamName",   "StreamARN",       "Data",
                               "PartitionKey", "ExplicitHashKey", "SequenceNumberForOrdering"};
// The templates of gateways differ: the usual one reads partition-key, that of the AWS CDK
// partitionKey.
constexpr Keys kGatewayRecords[] = {"data", "partition-key", "partitionKey"};
constexpr Keys kGatewayRecord[] = {"StreamName", "Data", "PartitionKey", "ExplicitHashKey"};

constexpr std::string_view kKafkaJson = "application/vnd.kafka.json.v2+json";
constexpr std::string_view kAmzJson = "application/x-amz-json-1.1";
constexpr std::string_view kJson = "application/json";

constexpr std::array<ShapeFacts, 6> kShapes{{
    {"topic",
     "records",
     {},
     kV2Record,
     "value",  //
     "POST",
     "/topics/",
     "",
     kKafkaJson,
     "application/vnd.kafka.v2+json",
     "",
     ",",
     Dialect::kafka_v2},
    {"topic", "", kV3Record, kV3Record, "",  //
     "POST", "/topics/", "/records", kJson, kJson, "", "\n", Dialect::kafka_v3},
    {"stream", "Records", kPutRecords, kPutRecordsRecord, "Data",  //
     "POST", "/", "", kAmzJson, "", "Kinesis_20131202.PutRecords", ",", Dialect::kinesis_batch},
    {"stream", "", kPutRecord, kPutRecord, "PartitionKey",  //
     "POST", "/", "", kAmzJson, "", "Kinesis_20131202.PutRecord", "", Dialect::kinesis_single},
    {"stream",
     "records",
     {},
     kGatewayRecords,
     "data",  //
     "PUT",
     "/streams/",
     "/records",
     kJson,
     kJson,
     "",
     ",",
     Dialect::kinesis_batch},
    {"stream", "", kGatewayRecord, kGatewayRecord, "PartitionKey",  //
     "PUT", "/streams/", "/record", kJson, kJson, "", "", Dialect::kinesis_single},
}};

}  // namespace

const ShapeFacts& facts(Shape shape) { return kShapes[static_cast<size_t>(shape)]; }

}  // namespace pinpipe::delivery
