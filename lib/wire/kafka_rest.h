// Kafka over HTTP: a REST proxy's requests (v2, v3) and replies, and the lines of kcat -J.
//
//   v2    {"topic":T,"payload":{"records":[{"key":K,"value":V},…]}}     the body of POST /topics/T
//   v3    {"topic":T,"payload":{"key":{"type":"JSON","data":K},"value":{"type":"JSON","data":V}}}
//                                         one record a line: lines of payloads are the body of
//                                         …/topics/T/records
//   kcat  {"topic":T,"key":"K","payload":"V"}          what kcat -J prints: one record a line, V as
//                                         a JSON string
//   [{"topic":T,"key":K,"value":V,"partition":P,"offset":O},…]  a consumer's reply, which is read
//
// V is the record byte for byte. K is a field's value as a JSON string, which all proxies take, and
// which they serialise with its quotes: the key of 7 is the three bytes "7" in Kafka. As JSON it is
// the value as written: the one byte 7, but Strimzi's bridge takes no numbers (its openapi.json).
//
// Requests are written in kafka_rest_encode.cc, read with replies of consumers in
// kafka_rest_decode.cc; what a proxy replies to a request is read in kafka_rest_reply.cc.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "json/checked_text.h"
#include "json/object.h"
#include "json/scanner.h"
#include "wire/destination.h"
#include "wire/record_lines.h"
#include "wire/reply.h"
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

/// The way back: records out of requests, out of their payloads alone, and out of replies of
/// consumers, of one of their elements, too. A worker for ndjson::run_lines.
///
/// V has to be an object. A bad record among others is rejected by itself, as the element that it
/// is, which is read as a line, too: playing back what was rejected doubles nothing.
class KafkaUnwrapper {
 public:
  using Output = RecordLines;

  /// Errors: no JSON, none of the shapes above, a record that is no object.
  Status line(std::string_view line, RecordLines& to);
  static void clear(RecordLines& lines) { lines.clear(); }
  static size_t made(const RecordLines& lines) { return lines.text.size(); }
  void give_back();

 private:
  Status unwrap(std::string_view line, RecordLines& to);
  Status unwrap_body(const json::ObjectView& body, RecordLines& to);
  Status unwrap_array(std::string_view name, std::string_view array, RecordLines& to);
  Status unwrap_element(json::CheckedText& text, RecordLines& to);
  Status unwrap_single(const json::ObjectView& single, RecordLines& to);
  Status add(std::string_view name, const json::CheckedText::Value& record, RecordLines& to);
  Status unwrap_typed(const json::CheckedText::Value& type, const json::CheckedText::Value& data,
                      RecordLines& to);
  Status unwrap_text(const json::Member& text, RecordLines& to);

  json::Scanner scanner_{json::kAnyDepth};
  json::Members members_{json::Members::kMost + json::kWrapping};  // of a line that is an object,
  std::vector<json::Element> elements_;                            // or of one that is an array
  RecordTexts texts_;
};

/// What a proxy's reply to a request of v2, or of v3, says about the `sent` records.
BatchOutcome classify_kafka_v2(const ReplyText& reply, size_t sent);
BatchOutcome classify_kafka_v3(const ReplyText& reply, size_t sent);

/// Whether a reply to GET BASE/topics/T says that T is not there, and not only that the server has
/// no such path.
bool says_no_topic(const ReplyText& reply);

}  // namespace pinpipe::wire
