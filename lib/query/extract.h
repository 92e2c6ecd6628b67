// From a line to the parts of its records that questions ask for, checking that the records are
// clean.
//
// Clean is what clean-pin, clean-geo and clean-user write, keys in any order; a missing key is null
// and unknown keys are ignored. A line without a record, or with one that is not clean, is rejected
// whole: nothing of it counts.
#pragma once

#include <array>
#include <string_view>

#include "ndjson/scan.h"
#include "query/parts.h"
#include "record/names.h"
#include "record/records.h"
#include "record/schema.h"

namespace pinpipe::query {

/// A Worker of ndjson/line_run.h. One per thread.
class Extractor {
 public:
  using Output = Parts;

  void begin(std::string_view lines) { scanner_.expect(lines); }
  /// Adds the parts of the records of `line`. Views in `to` live as long as the line and `to`.
  ndjson::Verdict line(std::string_view line, Parts& to);
  static void clear(Parts& parts) { parts.clear(); }

 private:
  using Dataset = record::Dataset;
  static constexpr size_t kMostFields = 16;

  ndjson::Verdict misfit(std::string_view line) const;
  ndjson::Verdict check(Dataset dataset, const record::RecordView& record);
  ndjson::Verdict check_raw(Dataset dataset, const record::RecordView& record) const;
  void locate(Dataset dataset, const record::RecordView& record);
  void add(Dataset dataset, Parts& to);

  /// The located member of a clean field; nullptr where it is missing or null.
  const ndjson::Member* value(Dataset dataset, std::string_view field) const;
  Text text(Dataset dataset, std::string_view field, Parts& to) const;
  std::optional<int64_t> integer(Dataset dataset, std::string_view field) const;
  std::optional<Instant> instant(Dataset dataset, std::string_view field, Parts& to) const;

  ndjson::Scanner scanner_{record::names()};
  ndjson::Members members_;
  // By dataset, in the order of its clean schema.
  std::array<std::array<const ndjson::Member*, kMostFields>, 3> located_{};
};

}  // namespace pinpipe::query
