// The protocols that requests travel by, and how: one table, a row each.
//
//   kafka_v2         {"topic":T,"payload":{"records":[{"value":{…}},…]}}         POST /topics/T
//   kafka_v3         {"topic":T,"payload":{"value":{"type":"JSON","data":{…}}}}  POST
//                                                                          /topics/T/records
//   put_records      {"stream":S,"payload":{"StreamName":S,"Records":[…]}}       POST /, signed
//   put_record       {"stream":S,"payload":{"StreamName":S,"Data":B64,…}}        POST /, signed
//   gateway_records  {"stream":S,"payload":{"records":[{"data":…,…},…]}}         PUT
//                                                                          /streams/S/records
//   gateway_record   {"stream":S,"payload":{"Data":{…},"PartitionKey":K}}        PUT
//                                                                          /streams/S/record
//
// A REST v3 server takes any number of records in one body, one behind the other, so such records
// can travel together although each has a line of its own.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "wire/reply.h"

namespace pinpipe::wire {

enum class Protocol : uint8_t {
  kafka_v2,
  kafka_v3,
  put_records,
  put_record,
  gateway_records,
  gateway_record
};

enum class Service : uint8_t { kafka, kinesis };

struct ProtocolRow {
  Protocol protocol;
  Service service;
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
  BatchOutcome (*classify)(const ReplyText& reply, size_t sent);

  /// The field that names the destination: "topic" or "stream".
  std::string_view destination() const;
};

const ProtocolRow& row_of(Protocol protocol);

/// What a reply says about the `sent` records of a request.
BatchOutcome classify_reply(Protocol protocol, const ReplyText& reply, size_t sent);

}  // namespace pinpipe::wire
