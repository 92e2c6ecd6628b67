#include "wire/record_lines.h"

#include "json/object.h"
#include "json/string.h"
#include "wire/compact.h"

namespace pinpipe::wire {
void RecordLines::clear() {
  text.clear();
  text.shrink(kKeptBytes);
  records = aggregates = 0;
  rejected.clear();
}

void RecordLines::add(const json::CheckedText::Value& record) {
  if (record.has_blanks) {
    json::append_compact(record.text, text);
  } else {
    text.append(record.text);
  }
  text.append('\n');
  ++records;
}

void RecordLinesMark::rewind(RecordLines& lines) const {
  lines.text.truncate(size_);
  lines.records = records_;
  lines.aggregates = aggregates_;
}

bool Elements::reject(const Error& error, std::string_view raw) {
  before_.rewind(to_);
  to_.rejected.push_back({place_in(name_, index_) + ": " + error.what, raw});
  ++index_;
  return to_.rejected.size() <= kMostBad;
}

Status Elements::finish() {
  const size_t bad = to_.rejected.size();
  if (bad == 0 || (bad < index_ && bad <= kMostBad)) return {};
  Error error{std::move(to_.rejected[0].reason)};
  if (bad > kMostBad) error.what += ", and more than " + std::to_string(kMostBad - 1) + " others";
  to_.rejected.clear();
  return error;
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

Status RecordTexts::add(std::string_view text, RecordLines& to) {
  const size_t begin = to.text.size();
  to.text.append(text);
  return add_written(begin, to);
}

Status RecordTexts::add_string(std::string_view token, RecordLines& to) {
  const size_t begin = to.text.size();
  json::append_unescaped(json::inside_quotes(token), to.text);
  return add_written(begin, to);
}

Status RecordTexts::add_written(size_t begin, RecordLines& to) {
  const auto text = to.text.view().substr(begin);
  TRY(scanner_.object(text, members_));
  const auto record = whole_object(members_);
  if (record.text.size() < text.size() || !is_surely_compact(record, members_)) {
    compact_.clear();
    compact_.shrink(kKeptBytes);
    json::append_compact(record.text, compact_);
    to.text.truncate(begin);
    to.text.append(compact_.view());
  }
  to.text.append('\n');
  ++to.records;
  return {};
}

Error error_at(std::string_view where, const Error& error) {
  return {std::string(where) + ": " + error.what};
}

Status located(std::string_view where, Status status) {
  return status.ok() ? std::move(status) : error_at(where, status.error());
}

std::string place_in(std::string_view array, size_t index) {
  return std::string(array) + "[" + std::to_string(index) + "]";
}

}  // namespace pinpipe::wire
