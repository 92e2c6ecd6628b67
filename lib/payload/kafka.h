// Records as Kafka requests: a REST proxy's (v2, v3) or kcat's.
//
//   v2    {"topic":T,"payload":{"records":[{"key":K,"value":V},…]}}     the body of POST /topics/T
//   v3    {"topic":T,"payload":{"key":{"type":"JSON","data":K},"value":{"type":"JSON","data":V}}}
//                                         one record a line: lines of payloads are the body of
//                                         …/topics/T/records
//   kcat  {"topic":T,"key":"K","payload":"V"}          what kcat -J prints: one record a line, V as
//   a JSON string
//
// V is the record byte for byte. K is a field's JSON value as written, which the proxies serialise
// with its quotes: a key "k1" is the four bytes "k1" in Kafka.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "payload/destination.h"
#include "payload/request_format.h"

namespace pinpipe::payload {

enum class KafkaApi : uint8_t { v2, v3, kcat };
std::optional<KafkaApi> kafka_api_named(std::string_view name);

struct KafkaOptions {
  KafkaApi api = KafkaApi::v2;
  Destinations topics;
  std::optional<std::string> key_field;  ///< without: no key
  uint64_t max_records = 500;            ///< v2 only
  uint64_t max_bytes = 1'000'000;        ///< of a body (v2, v3) or a record (kcat)
  bool payload_only = false;             ///< the body alone; kcat: the record alone
};

RequestFormat kafka_format(const KafkaOptions& options);

}  // namespace pinpipe::payload
