// The names of fields in the requests, replies and events of Kafka and Kinesis: each is spelt here
// and nowhere else.
//
// Sources: v2 and v3 of Confluent's REST proxy (ProduceRequest.java, openapi.yaml); kcat's json.c;
// the API model of Kinesis, 2013-12-02; the templates of API Gateway for Kinesis.
#pragma once

#include "base/fixed_text.h"

namespace pinpipe::wire {

/// `"NAME":`, as it stands in an object.
template <FixedText Name>
inline constexpr auto kKeyOf = kJoined<"\"", Name, "\":">;
/// `"NAME":"`, before a text.
template <FixedText Name>
inline constexpr auto kTextOf = kJoined<"\"", Name, "\":\"">;

/// Of a line that is a request of ours, or a dead letter.
namespace line_field {
inline constexpr FixedText kTopic("topic");
inline constexpr FixedText kStream("stream");
inline constexpr FixedText kPayload("payload");
inline constexpr FixedText kReason("reason");
inline constexpr FixedText kStatus("status");
}  // namespace line_field

namespace kafka_field {
inline constexpr FixedText kRecords("records");
inline constexpr FixedText kKey("key");
inline constexpr FixedText kValue("value");
inline constexpr FixedText kPayload("payload");  // of kcat: the value, as text
inline constexpr FixedText kHeaders("headers");
inline constexpr FixedText kTimestamp("timestamp");
inline constexpr FixedText kPartition("partition");
inline constexpr FixedText kOffset("offset");
// REST v3
inline constexpr FixedText kPartitionId("partition_id");
inline constexpr FixedText kType("type");
inline constexpr FixedText kData("data");
inline constexpr FixedText kJson("JSON");  // types
inline constexpr FixedText kString("STRING");
inline constexpr FixedText kBinary("BINARY");
inline constexpr FixedText kName("name");  // of a header
// Replies
inline constexpr FixedText kOffsets("offsets");
inline constexpr FixedText kErrorCode("error_code");
inline constexpr FixedText kError("error");
inline constexpr FixedText kMessage("message");
inline constexpr FixedText kValidationErrors("validation_errors");  // of Strimzi's bridge
}  // namespace kafka_field

namespace kinesis_field {
inline constexpr FixedText kTarget("Kinesis_20131202.");  // before the action, in X-Amz-Target
inline constexpr FixedText kContentType("application/x-amz-json-1.1");
inline constexpr FixedText kStreamName("StreamName");
inline constexpr FixedText kStreamArn("StreamARN");
inline constexpr FixedText kRecords("Records");
inline constexpr FixedText kData("Data");
inline constexpr FixedText kPartitionKey("PartitionKey");
inline constexpr FixedText kExplicitHashKey("ExplicitHashKey");
inline constexpr FixedText kSequenceNumberForOrdering("SequenceNumberForOrdering");
inline constexpr FixedText kSequenceNumber("SequenceNumber");
inline constexpr FixedText kShardId("ShardId");
inline constexpr FixedText kArrival("ApproximateArrivalTimestamp");
inline constexpr FixedText kErrorCode("ErrorCode");
inline constexpr FixedText kErrorMessage("ErrorMessage");
// Reading
inline constexpr FixedText kShardIterator("ShardIterator");
inline constexpr FixedText kShardIteratorType("ShardIteratorType");
inline constexpr FixedText kStartingSequenceNumber("StartingSequenceNumber");
inline constexpr FixedText kTimestamp("Timestamp");
inline constexpr FixedText kNextShardIterator("NextShardIterator");
inline constexpr FixedText kMillisBehindLatest("MillisBehindLatest");
inline constexpr FixedText kNextToken("NextToken");
// Streams
inline constexpr FixedText kShardCount("ShardCount");
inline constexpr FixedText kExclusiveStartStreamName("ExclusiveStartStreamName");
inline constexpr FixedText kInUse("ResourceInUseException");  // it is there already
inline constexpr FixedText kNotFound("ResourceNotFoundException");
// Shards
inline constexpr FixedText kShards("Shards");
inline constexpr FixedText kHashKeyRange("HashKeyRange");
inline constexpr FixedText kStartingHashKey("StartingHashKey");
inline constexpr FixedText kEndingHashKey("EndingHashKey");
}  // namespace kinesis_field

/// Of a gateway that takes batches. Templates differ: the usual one reads partition-key, that of
/// the AWS CDK partitionKey.
namespace gateway_field {
inline constexpr FixedText kRecords("records");
inline constexpr FixedText kData("data");
inline constexpr FixedText kPartitionKey("partition-key");
inline constexpr FixedText kPartitionKeyOfCdk("partitionKey");
}  // namespace gateway_field

/// Of events that carry what came out of Kinesis: Lambda's, Firehose's transformation's, and the
/// rows of Databricks' source.
namespace event_field {
inline constexpr FixedText kKinesis("kinesis");  // of Lambda: the record
inline constexpr FixedText kRecord("Record");    // of Firehose's PutRecord
inline constexpr FixedText kArrival("approximateArrivalTimestamp");
}  // namespace event_field

/// Of changes of a database: what Connect, Debezium and Maxwell write.
namespace change_field {
inline constexpr FixedText kSchema("schema");  // of Connect's JsonConverter
inline constexpr FixedText kPayload("payload");
inline constexpr FixedText kOp("op");  // of Debezium
inline constexpr FixedText kAfter("after");
inline constexpr FixedText kTimeMs("ts_ms");
inline constexpr FixedText kDatabase("database");  // of Maxwell
inline constexpr FixedText kTable("table");
inline constexpr FixedText kType("type");
inline constexpr FixedText kData("data");
inline constexpr FixedText kTime("ts");  // of kcat, too
}  // namespace change_field

}  // namespace pinpipe::wire
