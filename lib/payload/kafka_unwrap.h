// Records out of what goes into Kafka over HTTP, and out of what comes back.
//
//   {"topic":T,"payload":{"records":[{"value":V},…]}}       our own requests, v2; also the payload
//   alone
//   {"topic":T,"payload":{"value":{"type":"JSON","data":V}}}   v3; also the payload alone
//   [{"topic":T,"key":K,"value":V,"partition":P,"offset":O},…]  a consumer's reply; also one of its
//   elements
//   {"topic":T,"key":K,"payload":"V", …}                    what kcat -J prints, and our own
//
// V has to be an object. A bad record among others is rejected by itself, as the element that it
// is, which is read as a line, too: playing back what was rejected doubles nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ndjson/scan.h"
#include "payload/checked_text.h"
#include "payload/record_lines.h"
#include "record/records.h"

namespace pinpipe::payload {

/// A worker for ndjson::run_lines.
class KafkaUnwrapper {
 public:
  using Output = RecordLines;

  /// Faults: no JSON, none of the shapes above, a record that is no object.
  ndjson::Verdict line(std::string_view line, RecordLines& to);
  static void clear(RecordLines& lines) { lines.clear(); }
  static size_t made(const RecordLines& lines) { return lines.text.size(); }
  void give_back();

 private:
  ndjson::Verdict unwrap(std::string_view line, RecordLines& to);
  ndjson::Verdict unwrap_body(const record::RecordView& body, RecordLines& to);
  ndjson::Verdict unwrap_array(std::string_view name, std::string_view array, RecordLines& to);
  ndjson::Verdict unwrap_element(CheckedText& text, RecordLines& to);
  ndjson::Verdict unwrap_single(const record::RecordView& single, RecordLines& to);
  ndjson::Verdict add(std::string_view name, const CheckedText::Value& record, RecordLines& to);
  ndjson::Verdict unwrap_typed(const CheckedText::Value& type, const CheckedText::Value& data,
                               RecordLines& to);
  ndjson::Verdict unwrap_text(const ndjson::Member& text, RecordLines& to);

  ndjson::Scanner scanner_{ndjson::kAnyDepth};
  ndjson::Members members_{ndjson::Members::kMost +
                           ndjson::kWrapping};  // of a line that is an object,
  std::vector<ndjson::Element> elements_;       // or of one that is an array
  RecordTexts texts_;
};

}  // namespace pinpipe::payload
