#include "payload/record_lines.h"

#include "payload/compact.h"
#include "payload/object_view.h"

namespace pinpipe::payload {
namespace {

/// Memory that a block's lines keep; a payload that needed more gives the rest back.
constexpr size_t kKeptBytes = 4 * 1024 * 1024;

}  // namespace

void RecordLines::clear() {
  text.clear();
  text.shrink(kKeptBytes);
  records = aggregates = 0;
}

void RecordLines::add(const record::RecordView& record, const ndjson::Members& members) {
  append_compact(record, members, text);
  text.append('\n');
  ++records;
}

void RecordLinesMark::rewind(RecordLines& lines) const {
  lines.text.truncate(size_);
  lines.records = records_;
  lines.aggregates = aggregates_;
}

Status RecordLinesWriter::add(const RecordLines& lines, uint64_t requests, bool flush,
                              stream::Output& to) {
  requests_ += requests;
  bytes_ += lines.text.size();
  records_ += lines.records;
  aggregates_ += lines.aggregates;
  return to.write(lines.text.view(), flush);
}

std::string RecordLinesWriter::stats() const {
  return "\"requests\":" + std::to_string(requests_) + ",\"bytes\":" + std::to_string(bytes_);
}

ndjson::Verdict RecordTexts::add(std::string_view text, RecordLines& to) {
  if (auto fault = scanner_.object(text, members_)) return fault;
  to.add(whole_object(text, members_), members_);
  return std::nullopt;
}

ndjson::Verdict fault_at(std::string_view where, ndjson::Verdict fault) {
  if (fault) fault->reason = std::string(where) + ": " + fault->reason;
  return fault;
}

std::string place_in(std::string_view array, size_t index) {
  return std::string(array) + "[" + std::to_string(index) + "]";
}

}  // namespace pinpipe::payload
