// The worker of clean-pin, clean-geo and clean-user: a function of one line.
#pragma once

#include <string>
#include <string_view>

#include "clean/record_cleaner.h"
#include "ndjson/scan.h"
#include "record/names.h"
#include "record/records.h"
#include "stream/buffer.h"

namespace pinpipe::clean {

/// Cleans the records of one dataset, bare or in posts. All else passes byte for byte.
/// A Worker of ndjson::run_lines; one per thread.
class LineCleaner {
 public:
  using Output = stream::Buffer;
  static void clear(Output& output) { output.clear(); }
  static size_t made(const Output& output) { return output.size(); }

  LineCleaner(record::Dataset dataset, Options options)
      : dataset_(dataset), max_line_(options.max_line), cleaner_(dataset, options) {}

  void begin(std::string_view lines) { scanner_.expect(lines); }
  /// Appends what becomes of `line`, with a newline; or a fault, and `to` is as it was. What would
  /// be no line for the next tool, because it grew, is one.
  ndjson::Verdict line(std::string_view line, stream::Buffer& to);

  void give_back();

  void merge(const LineCleaner& other);
  /// "records", "passed", "nulled", "unreadable" and "dropped", as members of a JSON object.
  std::string stats() const;

 private:
  ndjson::Verdict known_line(std::string_view line, const record::Records& records,
                             stream::Buffer& to);
  ndjson::Verdict post(std::string_view line, const record::RecordView& record, stream::Buffer& to);
  ndjson::Verdict post_with_equal_keys(const record::RecordView& record, stream::Buffer& to);
  ndjson::Verdict grown_too_large(const record::Records& records, size_t size) const;
  int own_members() const;

  record::Dataset dataset_;
  size_t max_line_;
  RecordCleaner cleaner_;
  ndjson::Scanner scanner_{record::names()};
  ndjson::Members members_;
  stream::Buffer post_;  // what a joined row is written as
  uint64_t passed_ = 0;
};

}  // namespace pinpipe::clean
