// The worker of the cleaners: a function of one line.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/buffer.h"
#include "clean/record_cleaner.h"
#include "json/scanner.h"
#include "record/records.h"
#include "record/schema.h"

namespace pinpipe::clean {

/// How many values of a clean field could not be read.
struct FieldShare {
  std::string_view field;
  uint64_t unreadable = 0;
  uint64_t present = 0;  ///< of so many that are there, and no placeholders
};

/// Cleans the records of some datasets, bare or in posts. All else passes byte for byte. With
/// several datasets, what comes out is what a pipe of their cleaners would give.
/// A Worker of ndjson::run_lines; one per thread.
class LineCleaner {
 public:
  using Output = Buffer;
  static void clear(Output& output) { output.clear(); }
  static size_t made(const Output& output) { return output.size(); }

  /// `datasets` are those to clean, in the order of record::kDatasets.
  LineCleaner(std::span<const record::Dataset> datasets, Options options);
  LineCleaner(record::Dataset dataset, Options options)
      : LineCleaner(std::span(&dataset, 1), options) {}

  void begin(std::string_view lines);
  /// Appends what becomes of `line`, with a newline; or an error, and `to` is as it was. What would
  /// be no line for the next tool, because it grew, is one.
  Status line(std::string_view line, Buffer& to);

  /// What is the first of its kind since `begin`, of the line just taken.
  std::vector<ndjson::Finding>& findings() { return findings_; }

  void give_back();

  void merge(const LineCleaner& other);
  /// "records", "passed", "nulled", "unreadable" and "dropped", as members of a JSON object; of
  /// several datasets, an object of them for each.
  std::string stats() const;
  /// What a user wants to know of values that are lost, a sentence each; `firsts` are the first
  /// findings of all lines.
  std::vector<std::string> remarks(const ndjson::FirstFindings& firsts) const;
  /// Of the clean field of that name, or for "" of the one with the largest share, how many values
  /// could not be read.
  FieldShare unreadable(std::string_view field) const;

 private:
  /// What there is for each dataset.
  struct Part {
    record::Dataset dataset;
    RecordCleaner cleaner;
    uint64_t passed = 0;  // lines without a record of it
    Buffer cleaned = {};  // its record of the post at hand, where it cannot be written at once
  };
  /// How the members of a post that are named after datasets stand.
  struct Layout {
    std::array<uint32_t, 4> own{};  // by record::dataset_index_of: those that are not null
    bool in_order = true;           // the records are in the order of parts_
    bool has_equal_keys = false;
  };

  bool has_part(const record::Records& records) const;
  Layout layout_of(const record::Records& records) const;
  [[gnu::cold]] void find_beside();
  Status clean_record(std::string_view line, const record::Records& records, Buffer& to);
  Status clean_as_post(Part& part, const json::ObjectView& record, Buffer& to);
  Status clean_post(std::string_view line, const record::Records& records, Buffer& to);
  Status clean_post_in_pieces(std::string_view line, const record::Records& records,
                              const Layout& layout, Buffer& to);
  void append_without_equal_keys(const record::Records& records, const Layout& layout, Buffer& to);
  Status clean(Part& part, const json::ObjectView& record, Buffer& to);
  Status check_size(size_t size) const;
  [[gnu::cold]] Error too_large(size_t size) const;
  const Part* part_of(const json::Member& member) const;

  Options options_;
  std::vector<Part> parts_;
  std::vector<ndjson::Finding> findings_;
  json::Scanner scanner_{record::kFieldIds};
  json::Members members_;
  Buffer post_;                              // what a joined row is written as
  std::vector<const json::Member*> beside_;  // the records of a post: unknown keys
  size_t size_ = 0;                          // of the line as far as it is cleaned
  size_t member_count_ = 0;
};

}  // namespace pinpipe::clean
