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

#include "json/checked_text.h"
#include "json/scanner.h"
#include "record/records.h"
#include "wire/record_lines.h"

namespace pinpipe::wire {

/// A worker for ndjson::run_lines.
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

}  // namespace pinpipe::wire
