#include "wire/record_lines.h"

#include <algorithm>

#include "json/object.h"
#include "json/string.h"
#include "record/records.h"
#include "wire/arrival.h"
#include "wire/fields.h"

namespace pinpipe::wire {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
/// Levels of text within text.
constexpr int kMaxTexts = 3;

/// What a bare record is called in a post; "" for all else.
std::string_view post_member_of(const json::Members& members) {
  const auto records = record::find_records(members);
  if (records.form != record::Form::bare) return "";
  const auto is_there = [&](auto dataset) { return records[dataset].present; };
  return name_of(*std::ranges::find_if(record::kDatasets, is_there));
}

}  // namespace

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
  return to_.rejected.size() <= kMaxBad;
}

Status Elements::finish() {
  const size_t bad = to_.rejected.size();
  if (bad == 0 || (bad < index_ && bad <= kMaxBad)) return {};
  Error error{std::move(to_.rejected[0].reason)};
  if (bad > kMaxBad) error.what += ", and more than " + std::to_string(kMaxBad - 1) + " others";
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
  const auto post_member = time_ ? post_member_of(members_) : std::string_view();
  if (record.text.size() < text.size() || !is_surely_compact(record, members_)) {
    compact_.clear();
    compact_.shrink(kKeptBytes);
    json::append_compact(record.text, compact_);
    to.text.truncate(begin);
    to.text.append(compact_.view());
  }
  if (time_) [[unlikely]]
    stamp_written(begin, post_member, to);
  to.text.append('\n');
  ++to.records;
  return {};
}

/// A bare record becomes the `post_member` of a post. The time is put behind all others, into a
/// post, a joined row, and an object of no dataset.
void RecordTexts::stamp_written(size_t begin, std::string_view post_member, RecordLines& to) {
  if (post_member.empty()) {
    to.text.truncate(to.text.size() - 1);
  } else {
    compact_.clear();
    compact_.append_all("{\"", post_member, "\":", to.text.view().substr(begin));
    to.text.truncate(begin);
    to.text.append(compact_.view());
  }
  const bool is_empty = to.text.size() == begin + 1;
  to.text.append_all(is_empty ? "" : ",", kTextOf<kArrivalTime>, *time_, "\"}");
}

bool is_text_line(std::string_view line) {
  const size_t start = line.find_first_not_of(kBlanks);
  return start != line.npos && line[start] == '"';
}

/// A text is checked as the element of an array.
Status read_text_line(std::string_view line, std::string& text) {
  json::Scanner scanner(json::kAnyDepth);
  std::vector<json::Element> elements;
  text = line;
  for (int level = 0; level < kMaxTexts && is_text_line(text); ++level) {
    const std::string array = "[" + text + "]";
    TRY(scanner.array(array, elements, 1));
    if (elements.size() != 1) return Error{"text behind the value"};
    text.clear();
    json::append_unescaped(json::inside_quotes(elements[0].value), text);
  }
  return {};
}

void make_one_line(std::string& json) {
  for (char& c : json) c = c == '\n' || c == '\r' ? ' ' : c;
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
