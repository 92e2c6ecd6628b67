// Lines to entries of requests: the parallel half of to-kafka-payload and kinesis-encode.
//
// A post becomes its records in the order pin, geo, user. Other lines are one record; where the
// destination names no dataset, that may be any object.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "ndjson/scan.h"
#include "payload/request_format.h"
#include "record/names.h"
#include "record/records.h"
#include "stream/buffer.h"

namespace pinpipe::payload {

/// What a record counts as in the stats: its dataset, or "other".
inline constexpr size_t kKindCount = record::kDatasets.size() + 1;

struct Entry {
  size_t begin;  ///< in Entries::bytes
  size_t size;
  uint64_t counted;
  uint8_t destination;
  uint8_t kind;  ///< index_of(dataset), or the last for other objects
};

/// The entries of a block of lines.
struct Entries {
  stream::Buffer bytes;
  std::vector<Entry> all;
  uint64_t skipped = 0;          ///< records that were not asked for
  uint64_t dropped_members = 0;  ///< members of posts that are no records
};

/// A worker for ndjson::run_lines. REQUIRES: `format` outlives it.
class EncodeWorker {
 public:
  using Output = Entries;

  /// Takes the records of dataset `only`, if one is given, and skips others.
  EncodeWorker(const RequestFormat& format, std::optional<record::Dataset> only)
      : format_(&format), only_(only), encoder_(format.make_encoder()) {}

  void begin(std::string_view lines) { scanner_.expect(lines); }
  /// Faults: what the scanner finds, a line of no dataset where the destination needs one, a post
  /// with a member of the name but not the form of a record, and those of the encoder. One bad
  /// record is a bad line.
  ndjson::Verdict line(std::string_view line, Entries& to);
  static void clear(Entries& entries);

 private:
  ndjson::Verdict append_line(std::string_view line, Entries& to);
  ndjson::Verdict append_post(const record::Records& records, Entries& to);
  ndjson::Verdict append_other(std::string_view line, Entries& to);
  ndjson::Verdict append_record(const FoundRecord& record, Entries& to);
  ndjson::Verdict check_post(const record::Records& records, Entries& to);

  const RequestFormat* format_;
  std::optional<record::Dataset> only_;
  std::unique_ptr<EntryEncoder> encoder_;
  ndjson::Scanner scanner_{record::names()};
  ndjson::Members members_;
};

}  // namespace pinpipe::payload
