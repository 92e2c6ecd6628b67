// From a line to the parts of its records that a program asks about, checking that the records are
// clean.
//
// Clean is what clean-pin, clean-geo and clean-user write, keys in any order; a missing key is null
// and unknown keys are ignored. A line without a record, or with one that is not clean, is rejected
// whole: nothing of it counts. All fields are checked, also those that no question is about. Where
// windows go by a time that lines tell, a line that lacks it is rejected.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "json/scanner.h"
#include "query/extracted_batch.h"
#include "query/program.h"
#include "record/clean_record.h"
#include "record/records.h"
#include "record/schema.h"
#include "record/values.h"

namespace pinpipe::query {

/// A Worker of ndjson/line_run.h. One per thread.
class Extractor {
 public:
  using Output = ExtractedBatch;

  /// `program` must outlive it.
  explicit Extractor(const Program& program);

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

  /// What becomes of one clean field: it is checked, and goes into slots.
  struct Step {
    size_t place;  ///< in the clean schema
    record::Type type;
    struct To {
      Slot slot;
      Reading reading;
    };
    std::vector<To> to;
    bool is_time = false;  ///< it is the moment of the line
  };
  static std::array<std::vector<Step>, 3> steps_of(const Program& program);

  // Read what was indexed. False where a value is not that of a clean field.
  bool read(Dataset dataset, ExtractedBatch& to);
  bool read(const Step& step, const json::Member& value, ExtractedBatch& to);
  bool read_integer(const Step& step, const json::Member& value);
  bool read_timestamp(const Step& step, const json::Member& value, ExtractedBatch& to);
  void read_text(const Step& step, const json::Member& value, ExtractedBatch& to);
  static Cell text(const json::Member& value, ExtractedBatch& to);
  Status find_time();
  void add(std::string_view line, const record::Records& records, ExtractedBatch& to);

  const Program* program_;
  std::array<std::vector<Step>, 3> steps_;  // by index_of(dataset)
  json::Scanner scanner_{record::kFieldIds};
  json::Members members_;
  std::array<record::FieldIndex, 3> indexes_;  // by index_of(dataset)
  std::vector<Cell> cells_;                    // of the line
  std::vector<Slot> ind_slots_;                // that have the key itself
  std::array<int64_t, 3> inds_{};              // by index_of(dataset)
  std::optional<int64_t> time_us_;             // of the line
};

}  // namespace pinpipe::query
