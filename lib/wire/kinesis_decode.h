// Records out of what goes into Kinesis, and out of what GetRecords replies: the inverse of
// wire/kinesis.h.
//
//   {"stream":S,"payload":P}            our own requests; P alone, too:
//   {"Records":[{"Data":B64, …},…]}     PutRecords, and a reply of GetRecords
//   {"Data":B64, …}                     PutRecord, and one record of a reply
//   {"Data":{…}, …}                     gateway-record
//   {"records":[{"data":"{…}", …},…]}   gateway-records, and one of them; an object as data, too
//
// Data has to be a JSON object or an aggregate of them (wire/kpl.h); whether text is base64 is
// never guessed. A bad record among others, an aggregate being one, is rejected by itself, as the
// element that it is, which is read as a line, too: playing back what was rejected doubles nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/checked_text.h"
#include "json/scanner.h"
#include "record/records.h"
#include "wire/record_lines.h"

namespace pinpipe::wire {

/// A worker for ndjson::run_lines.
class KinesisDecoder {
 public:
  using Output = RecordLines;

  /// Errors: no JSON, none of the shapes above, Data that is no base64 or no object, a broken
  /// aggregate.
  Status line(std::string_view line, RecordLines& to);
  static void clear(RecordLines& lines) { lines.clear(); }
  static size_t made(const RecordLines& lines) { return lines.text.size(); }
  void give_back();

 private:
  bool decode_plain(std::string_view line, RecordLines& to);
  Status decode(std::string_view line, RecordLines& to);
  Status decode_body(const json::ObjectView& body, RecordLines& to);
  Status decode_array(std::string_view name, const json::Member& array, RecordLines& to);
  Status decode_element(json::CheckedText& text, bool is_gateway, RecordLines& to);
  Status decode_data(const json::CheckedText::Value& data, RecordLines& to);
  Status decode_base64(std::string_view data, json::Kind kind, RecordLines& to);
  Status add_decoded(size_t begin, RecordLines& to);
  Status add(std::string_view name, const json::CheckedText::Value& record, RecordLines& to);
  Status decode_aggregate(size_t begin, RecordLines& to);

  json::Scanner scanner_{json::kAnyDepth};
  json::Members members_{json::Members::kMost + json::kWrapping};  // of the line
  RecordTexts texts_;
  std::string scratch_;
  std::string aggregate_;
  std::vector<std::string_view> user_records_;
};

}  // namespace pinpipe::wire
