// From a line to the parts of its records that questions ask for, checking that the records are
// clean.
//
// Clean is what clean-pin, clean-geo and clean-user write, keys in any order; a missing key is null
// and unknown keys are ignored. A line without a record, or with one that is not clean, is rejected
// whole: nothing of it counts. All fields are checked, also those that no question wants.
#pragma once

#include <array>
#include <string_view>

#include "json/scanner.h"
#include "query/clean_record.h"
#include "query/extracted_batch.h"
#include "record/records.h"
#include "record/schema.h"
#include "record/values.h"

namespace pinpipe::query {

/// A Worker of ndjson/line_run.h. One per thread.
class Extractor {
 public:
  using Output = ExtractedBatch;

  explicit Extractor(Fields wanted = kAllFields);

  void begin(std::string_view lines) { scanner_.expect(lines); }
  /// Adds the parts of the records of `line`. Views in `to` live as long as the line and `to`.
  Status line(std::string_view line, ExtractedBatch& to);
  static void clear(ExtractedBatch& parts) { parts.clear(); }
  static size_t made(const ExtractedBatch& parts) { return parts.memory(); }
  void give_back() {
    scanner_.give_back();
    members_.give_back();
  }

 private:
  using Dataset = record::Dataset;
  using Inds = std::array<int64_t, 3>;  ///< by index_of(dataset)

  // Read what was index. False where a value is not that of a clean field.
  bool read(Dataset dataset, int64_t& ind, ExtractedPost& part, ExtractedBatch& to) const;
  bool read_pin(ExtractedPost& part, ExtractedBatch& to) const;
  bool read_geo(ExtractedPost& part, ExtractedBatch& to) const;
  bool read_user(ExtractedPost& part, ExtractedBatch& to) const;
  void read_user_key(const record::Timestamp& joined, ExtractedPost& part,
                     ExtractedBatch& to) const;
  static Text text(const json::Member& value, ExtractedBatch& to);
  void add(ExtractedPost& part, const Inds& inds, ExtractedBatch& to) const;
  bool wants(Fields fields) const { return (wanted_ & fields) != 0; }

  Fields wanted_;
  uint8_t kept_;  // bits of Has: records, and the values that are wanted
  json::Scanner scanner_{record::kFieldIds};
  json::Members members_;
  std::array<FieldIndex, 3> indexes_;  // by index_of(dataset)
};

}  // namespace pinpipe::query
