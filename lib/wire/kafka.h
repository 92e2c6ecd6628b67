// Records as Kafka requests: a REST proxy's (v2, v3) or kcat's.
//
//   v2    {"topic":T,"payload":{"records":[{"key":K,"value":V},…]}}     the body of POST /topics/T
//   v3    {"topic":T,"payload":{"key":{"type":"JSON","data":K},"value":{"type":"JSON","data":V}}}
//                                         one record a line: lines of payloads are the body of
//                                         …/topics/T/records
//   kcat  {"topic":T,"key":"K","payload":"V"}          what kcat -J prints: one record a line, V as
//   a JSON string
//
// V is the record byte for byte. K is a field's value as a JSON string, which all proxies take, and
// which they serialise with its quotes: the key of 7 is the three bytes "7" in Kafka. As JSON it is
// the value as written: the one byte 7, but Strimzi's bridge takes no numbers (its openapi.json).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "wire/destination.h"
#include "wire/request_format.h"

namespace pinpipe::wire {

enum class KafkaApi : uint8_t { v2, v3, kcat };
inline constexpr std::array<std::pair<std::string_view, KafkaApi>, 3> kKafkaApis{
    {{"v2", KafkaApi::v2}, {"v3", KafkaApi::v3}, {"kcat", KafkaApi::kcat}}};
inline constexpr std::string_view name_of(KafkaApi api) {
  return kKafkaApis[static_cast<size_t>(api)].first;
}

enum class KeyFormat : uint8_t { string, json };
inline constexpr std::array<std::pair<std::string_view, KeyFormat>, 2> kKeyFormats{
    {{"string", KeyFormat::string}, {"json", KeyFormat::json}}};

struct KafkaOptions {
  KafkaApi api = KafkaApi::v2;
  Destinations topics;
  std::optional<std::string> key_field;               ///< without: no key
  KeyFormat key_format = KeyFormat::string;           ///< of v2 and v3
  uint64_t max_records = 500;                         ///< v2 only
  uint64_t max_bytes = 1'000'000;                     ///< of a body (v2, v3) or a record (kcat)
  std::chrono::milliseconds linger = kDefaultLinger;  ///< v2 only
  bool payload_only = false;                          ///< the body alone; kcat: the record alone
};

RequestFormat kafka_format(const KafkaOptions& options);

}  // namespace pinpipe::wire
