// The shapes of requests that can be sent, and how each travels: one table.
//
//   kafka_v2         {"topic":T,"payload":{"records":[{"value":{…}},…]}}           POST
//   BASE/topics/T kafka_v3         {"topic":T,"payload":{"value":{"type":"JSON","data":{…}}}} POST
//   BASE/topics/T/records put_records      {"stream":S,"payload":{"StreamName":S,"Records":[…]}}
//   POST BASE/, SigV4 put_record       {"stream":S,"payload":{"StreamName":S,"Data":B64,…}} POST
//   BASE/, SigV4 gateway_records  {"stream":S,"payload":{"records":[{"data":…,…},…]}}           PUT
//   BASE/streams/S/records gateway_record   {"stream":S,"payload":{"Data":{…},"PartitionKey":K}}
//   PUT BASE/streams/S/record
//
// A REST v3 server takes any number of records in one body, one behind the other, so such records
// can travel together although each has a line of its own.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace pinpipe::delivery {

enum class Shape : uint8_t {
  kafka_v2,
  kafka_v3,
  put_records,
  put_record,
  gateway_records,
  gateway_record
};

/// What answers, and so how replies read.
enum class Dialect : uint8_t { kafka_v2, kafka_v3, kinesis_batch, kinesis_single };

struct ShapeFacts {
  std::string_view destination;  ///< the key that names it: "topic" or "stream"
  std::string_view list;  ///< the payload's list of records; "" where the payload is one record
  std::span<const std::string_view> payload_keys;  ///< allowed beside the list
  std::span<const std::string_view> record_keys;   ///< allowed in a record
  std::string_view needed;  ///< of these, what a record must have; "" nothing

  std::string_view method;
  std::string_view before_name,
      behind_name;  ///< the path around the destination's name; "" without
  std::string_view content_type;
  std::string_view accept;
  std::string_view target;     ///< X-Amz-Target; such requests are signed
  std::string_view separator;  ///< between the records of a body; "" where there can be but one
  Dialect dialect;
};

const ShapeFacts& facts(Shape shape);

}  // namespace pinpipe::delivery
