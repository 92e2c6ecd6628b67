// Kafka over HTTP: a REST proxy's requests (v2, v3) and replies, and the lines of kcat -J.
//
// What requests look like is in wire/protocol.h. v2 is the body of POST /topics/T; lines of v3 are
// that of …/topics/T/records, kcat's what kcat -J prints. Read are replies of consumers, too:
// [{"topic":T,"key":K,"value":V,"partition":P,"offset":O},…]
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
#include "wire/protocol.h"
#include "wire/record_lines.h"
#include "wire/reply.h"
#include "wire/request_format.h"

namespace pinpipe::wire {

enum class KeyFormat : uint8_t { string, json };
inline constexpr std::array<std::pair<std::string_view, KeyFormat>, 2> kKeyFormats{
    {{"string", KeyFormat::string}, {"json", KeyFormat::json}}};

struct KafkaOptions {
  Protocol protocol = Protocol::kafka_v2;
  Destinations topics;
  std::optional<std::string> key_field;               ///< without: no key
  KeyFormat key_format = KeyFormat::string;           ///< of v2 and v3
  uint64_t max_records = 500;                         ///< of batches
  uint64_t max_bytes = 1'000'000;                     ///< of a body (v2, v3) or a record (kcat)
  std::chrono::milliseconds linger = kDefaultLinger;  ///< of batches
  bool payload_only = false;                          ///< the body alone; kcat: the record alone
};

RequestFormat kafka_format(const KafkaOptions& options);

/// The way back: records out of requests, out of their payloads alone, out of replies of consumers
/// and lines of kcat -J. A value may be JSON text, and may be in what Connect, Debezium and Maxwell
/// put around it; so may a line. Which of these an object is shows in its members: a table in
/// kafka_rest_decode.cc has them. A worker for ndjson::run_lines.
///
/// V has to be an object. A change without a new row, as a delete, is rejected, as a null is. A bad
/// record among others is rejected by itself, as the element that it is, which is read as a line,
/// too: playing back what was rejected doubles nothing.
class KafkaUnwrapper {
 public:
  using Output = RecordLines;

  /// With `stamps`, a record that has an arrival time becomes a post of one member with the time
  /// beside it, {"pin":{…},"arrival_time":"…"}.
  explicit KafkaUnwrapper(bool stamps = false) : stamps_(stamps) {}

  /// Errors: no JSON, none of the forms above, a record that is not an object, a time that is none.
  Status line(std::string_view line, RecordLines& to);
  static void clear(RecordLines& lines) { lines.clear(); }
  static size_t made(const RecordLines& lines) { return lines.text.size(); }
  void give_back();

 private:
  using Value = json::CheckedText::Value;

  Status unwrap(std::string_view line, RecordLines& to);
  Status unwrap_object(const json::ObjectView& object, RecordLines& to);
  Status unwrap_array(std::string_view name, std::string_view array, RecordLines& to);
  Status unwrap_element(json::CheckedText& text, RecordLines& to);
  Status unwrap_typed(std::string_view name, const Value& value, RecordLines& to);
  Status add_value(std::string_view name, const Value& value, int level, RecordLines& to);
  Status add_text(std::string_view escaped, int level, RecordLines& to);
  Status add_enveloped(const Value& value, int level, RecordLines& to);
  Status add(std::string_view name, const Value& record, RecordLines& to);
  Status note_arrival(const std::optional<Value>& arrival);

  bool stamps_;
  json::Scanner scanner_{json::kAnyDepth};
  json::Members members_{json::Members::kMax + json::kWrapping};  // of a line that is an object,
  std::vector<json::Element> elements_;                           // or of one that is an array
  json::Scanner value_scanner_{json::kAnyDepth};                  // of text
  json::Members value_members_{json::Members::kMax + json::kWrapping};
  RecordTexts texts_;
  std::optional<std::string> time_;  // of the record at hand
  std::string line_text_;            // what a line stands for that is a text of JSON
};

/// What a proxy's reply to a request of v2, or of v3, says about the `sent` records.
BatchOutcome classify_kafka_v2(const ReplyText& reply, size_t sent);
BatchOutcome classify_kafka_v3(const ReplyText& reply, size_t sent);

/// Whether a reply to GET BASE/topics/T says that T is not there, and not only that the server has
/// no such path.
bool says_no_topic(const ReplyText& reply);

}  // namespace pinpipe::wire
