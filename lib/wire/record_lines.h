// Records that were taken out of payloads, as compact lines: what --unwrap and --decode write.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/buffer.h"
#include "base/status.h"
#include "json/checked_text.h"
#include "json/scanner.h"
#include "ndjson/line_run.h"
#include "record/schema.h"
#include "stream/output.h"

namespace pinpipe::wire {

/// Memory that is kept for the next record, or block of them; what needed more gives the rest back.
inline constexpr size_t kKeptBytes = 4 * 1024 * 1024;

/// The records of a block of lines. But for what was packed, they are never longer than what they
/// were in.
struct RecordLines {
  Buffer text;
  uint64_t records = 0;
  uint64_t aggregates = 0;                   ///< KPL aggregates that were unpacked
  std::vector<ndjson::PartReject> rejected;  ///< of the line at hand

  void clear();
  /// Adds a record that is part of a checked text.
  void add(const json::CheckedText::Value& record);
};

/// Goes back to how `lines` was at the start.
class RecordLinesMark {
 public:
  explicit RecordLinesMark(const RecordLines& lines)
      : size_(lines.text.size()), records_(lines.records), aggregates_(lines.aggregates) {}
  void rewind(RecordLines& lines) const;

 private:
  size_t size_;
  uint64_t records_;
  uint64_t aggregates_;
};

/// Writes the records of blocks, and counts. `Worker` is one whose Output is RecordLines.
class RecordLinesWriter {
 public:
  template <class Worker>
  Status collect(const ndjson::LineBlock<Worker>& block, stream::Output& to) {
    return add(block.out, block.accepted(), block.in.idle, to);
  }

  uint64_t records() const { return records_; }
  uint64_t aggregates() const { return aggregates_; }
  /// What was done, as JSON members: requests (lines of input), bytes of output.
  std::string stats() const;

 private:
  Status add(const RecordLines& lines, uint64_t requests, bool flush, stream::Output& to);

  uint64_t requests_ = 0;
  uint64_t bytes_ = 0;
  uint64_t records_ = 0;
  uint64_t aggregates_ = 0;
};

/// Whether `record`, an object of a checked text, may be too deep for a record, or have too many
/// members. `was_deep` is what the scanner of the text found.
inline bool may_be_too_large(const json::CheckedText::Value& record, bool was_deep) {
  constexpr size_t kOfMember = 5;  // "":1,
  return was_deep || record.text.size() > kOfMember * json::Members::kMax;
}

/// Takes the elements of a request one by one: those that are bad are rejected one by one, as lines
/// that can be played back, and the others go out. Where none is good, or more are bad than memory
/// should hold, the line is bad.
class Elements {
 public:
  static constexpr size_t kMaxBad = 1000;

  Elements(std::string_view name, RecordLines& to) : name_(name), to_(to), before_(to) {}

  /// `status` is that of the next element, whose text is `raw`: where it failed, what it added
  /// goes. False: enough.
  bool add(const Status& status, std::string_view raw) {
    if (!status.ok()) [[unlikely]]
      return reject(status.error(), raw);
    before_ = RecordLinesMark(to_);
    ++index_;
    return true;
  }
  /// Behind the last element. An error: the line is bad, and nothing was added.
  Status finish();

 private:
  bool reject(const Error& fault, std::string_view raw);

  std::string_view name_;
  RecordLines& to_;
  RecordLinesMark before_;  // the next element
  size_t index_ = 0;
};

/// Takes the elements of `array`, checked JSON called `name`, as above: `take(text)` takes the
/// element at hand, and adds its records to `to`.
template <class Take>
Status take_elements(std::string_view name, std::string_view array, RecordLines& to, Take take) {
  Elements elements(name, to);
  json::CheckedText text(array);
  for (bool more = text.enter(); more; more = text.next()) {
    const char* const begin = text.at();
    const Status status = take(text);
    if (!elements.add(status, {begin, static_cast<size_t>(text.at() - begin)})) break;
  }
  return elements.finish();
}

/// Adds records that are texts of their own: checked here, to the last byte.
class RecordTexts {
 public:
  /// Errors: `text` is not a JSON object, or none that a line can be.
  Status add(std::string_view text, RecordLines& to);
  /// The same of what `token`, a checked string, stands for.
  Status add_string(std::string_view token, RecordLines& to);
  /// The records that are added from now on have `time` beside them, as posts: what arrival.h
  /// reads. Without one they stay as they are.
  void stamp(std::optional<std::string> time) { time_ = std::move(time); }
  /// Makes a record of what is in `to.text` from `begin` on. Errors: as above.
  Status add_written(size_t begin, RecordLines& to);
  /// Frees the memory that is kept from text to text.
  void give_back() {
    scanner_.give_back();
    members_.give_back();
    pinpipe::give_back(compact_);
  }

 private:
  void stamp_written(size_t begin, std::string_view post_member, RecordLines& to);

  json::Scanner scanner_{record::kFieldIds};
  json::Members members_;
  Buffer compact_;
  std::optional<std::string> time_;
};

/// Whether `line` is a JSON text of JSON: what a value that was encoded twice becomes.
bool is_text_line(std::string_view line);
/// Sets `text` to what `line`, which is_text_line, stands for; where that is a text again, to what
/// that stands for, some levels deep.
Status read_text_line(std::string_view line, std::string& text);
/// Writes the line breaks of checked JSON as blanks.
void make_one_line(std::string& json);

/// `error` with "WHERE: " before it.
Error error_at(std::string_view where, const Error& error);
/// `status`, and where it is an error, with "WHERE: " before it.
Status located(std::string_view where, Status status);
/// "ARRAY[INDEX]".
std::string place_in(std::string_view array, size_t index);

}  // namespace pinpipe::wire
