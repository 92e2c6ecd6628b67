// The worker of clean-pin, clean-geo and clean-user: a function of one line.
#pragma once

#include <string>
#include <string_view>

#include "base/buffer.h"
#include "clean/record_cleaner.h"
#include "json/scanner.h"
#include "record/names.h"
#include "record/records.h"

namespace pinpipe::clean {

/// Cleans the records of one dataset, bare or in posts. All else passes byte for byte.
/// A Worker of ndjson::run_lines; one per thread.
class LineCleaner {
 public:
  using Output = Buffer;
  static void clear(Output& output) { output.clear(); }
  static size_t made(const Output& output) { return output.size(); }

  LineCleaner(record::Dataset dataset, Options options)
      : dataset_(dataset), max_line_(options.max_line), cleaner_(dataset, options) {}

  void begin(std::string_view lines) { scanner_.expect(lines); }
  /// Appends what becomes of `line`, with a newline; or a fault, and `to` is as it was. What would
  /// be no line for the next tool, because it grew, is one.
  Status line(std::string_view line, Buffer& to);

  void give_back();

  void merge(const LineCleaner& other);
  /// "records", "passed", "nulled", "unreadable" and "dropped", as members of a JSON object.
  std::string stats() const;

 private:
  Status known_line(std::string_view line, const record::Records& records, Buffer& to);
  Status post(std::string_view line, const json::ObjectView& record, Buffer& to);
  Status post_with_equal_keys(const json::ObjectView& record, Buffer& to);
  Status grown_too_large(const record::Records& records, size_t size) const;
  int own_members() const;

  record::Dataset dataset_;
  size_t max_line_;
  RecordCleaner cleaner_;
  json::Scanner scanner_{record::names()};
  json::Members members_;
  Buffer post_;  // what a joined row is written as
  uint64_t passed_ = 0;
};

}  // namespace pinpipe::clean
