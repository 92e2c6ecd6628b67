// Kinesis: put requests, straight to the API or through an API Gateway proxy, and replies.
//
// What requests look like is in wire/protocol.h. Of records that were packed (wire/kpl.h) Data is
// the aggregate, and "ExplicitHashKey":H is behind its PartitionKey. Data is the record's compact
// JSON.
//
// Read are replies of GetRecords, too: {"Records":[{"Data":B64, …},…]}
//
// Requests are written in kinesis_encode.cc, read with replies of GetRecords in kinesis_decode.cc;
// what is replied to a request is read in kinesis_reply.cc. The other calls of the API are in
// kinesis_api.h, aggregates of several records in one Data in kpl.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
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

/// The limits of the service count bytes of data and partition keys, before base64.
struct KinesisOptions {
  Protocol protocol = Protocol::put_records;
  Destinations streams;
  std::optional<std::string> key_field;     ///< without: the record's own `ind` or `index`
  uint64_t max_records = 500;               ///< of a request
  uint64_t max_bytes = 5 * 1024 * 1024;     ///< of a request
  uint64_t max_record_bytes = 1024 * 1024;  ///< of a record
  std::chrono::milliseconds linger = kDefaultLinger;  ///< of a batch
  bool payload_only = false;                          ///< the payload without its envelope
  bool newline =
      false;  ///< data ends with a newline; not of gateway_record, whose data is an object
  /// Records are packed, each `parts[i]` for itself; not of a gateway, which takes text only.
  /// `append_entry` is set by kinesis_format.
  std::optional<Aggregation> aggregation = {};
};

/// Partition keys are 1 to 256 characters; a longer one is hashed, an empty one becomes the hash of
/// the record.
RequestFormat kinesis_format(const KinesisOptions& options);

/// The way back: records out of requests of all shapes and replies of GetRecords, of what Lambda,
/// Firehose and Databricks make of them, of payloads alone and of one record of a list. Which of
/// these an object is shows in its members: a table in kinesis_decode.cc has them. A worker for
/// ndjson::run_lines.
///
/// Data is an object, its text as a string, or base64: no JSON text starts with a letter of base64,
/// so that it is never guessed. Base64 holds the text of an object, or of one a line; such text
/// packed by gzip; or an aggregate of records (wire/kpl.h). A bad record among others, an aggregate
/// or several lines being one, is rejected by itself, as the element that it is, which is read as a
/// line, too: playing back what was rejected doubles nothing. What is packed in a line may unpack
/// to 16 MiB, or to 16 times the line.
class KinesisDecoder {
 public:
  using Output = RecordLines;

  /// With `stamps`, a record that has an arrival time becomes a post of one member with the time
  /// beside it, {"pin":{…},"arrival_time":"…"}.
  explicit KinesisDecoder(bool stamps = false) : stamps_(stamps) {}

  /// Errors: no JSON, none of these, Data that is neither base64 nor an object, a broken aggregate
  /// or gzip, an arrival time that is none.
  Status line(std::string_view line, RecordLines& to);
  static void clear(RecordLines& lines) { lines.clear(); }
  static size_t made(const RecordLines& lines) { return lines.text.size(); }
  void give_back();

 private:
  using Value = json::CheckedText::Value;

  bool decode_plain(std::string_view line, RecordLines& to);
  Status decode(std::string_view line, RecordLines& to);
  Status decode_body(const json::ObjectView& body, RecordLines& to);
  Status decode_array(std::string_view name, std::string_view data, std::string_view array,
                      RecordLines& to);
  Status decode_element(json::CheckedText& text, std::string_view data, RecordLines& to);
  Status decode_object(json::CheckedText& text, std::string_view missing, RecordLines& to);
  Status decode_data(std::string_view name, const Value& data, RecordLines& to);
  Status decode_base64(std::string_view name, std::string_view text, RecordLines& to);
  Status decode_gzip(size_t begin, RecordLines& to);
  Status decode_aggregate(size_t begin, RecordLines& to);
  Status add(std::string_view name, const Value& record, RecordLines& to);
  bool add_plain(size_t begin, RecordLines& to);
  Status add_decoded(size_t begin, RecordLines& to);
  Status add_text(size_t begin, RecordLines& to);
  Status stamp(const std::optional<Value>& arrival);

  bool stamps_;
  json::Scanner scanner_{json::kAnyDepth};
  json::Members members_{json::Members::kMax + json::kWrapping};  // of the line
  RecordTexts texts_;
  size_t unpack_left_ = 0;  // bytes, of the line
  std::string line_text_;   // what a line stands for that is a text of JSON
  std::string scratch_;
  std::string packed_;
  std::string lines_;
  std::string aggregate_;
  std::vector<std::string_view> user_records_;
};

/// What a reply to PutRecords, or to PutRecord, says about the `sent` records; of a gateway's too.
BatchOutcome classify_put_records(const ReplyText& reply, size_t sent);
BatchOutcome classify_put_record(const ReplyText& reply, size_t sent);

}  // namespace pinpipe::wire
