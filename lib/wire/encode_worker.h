// Lines to entries of requests: the parallel half of to-kafka-payload and kinesis-encode.
//
// A post becomes its records in the order pin, geo, user. Other lines are one record; where the
// destination names no dataset, that may be any object.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <numeric>
#include <optional>
#include <string_view>
#include <vector>

#include "base/buffer.h"
#include "json/scanner.h"
#include "record/records.h"
#include "record/schema.h"
#include "wire/request_format.h"

namespace pinpipe::wire {

/// What a record counts as in the stats: its dataset, or "other".
inline constexpr size_t kKindCount = record::kDatasets.size() + 1;

/// What was done with the records of some lines.
struct RecordCounts {
  std::array<uint64_t, kKindCount> taken{};  ///< index_of(dataset), the last for other objects
  uint64_t skipped = 0;                      ///< records that were not asked for
  uint64_t dropped_members = 0;              ///< members of posts that are no records

  uint64_t all_taken() const { return std::accumulate(taken.begin(), taken.end(), uint64_t{0}); }
  RecordCounts& operator+=(const RecordCounts& more);
};

/// Where an entry ends in the bytes of its destination; it begins where the one before ends.
struct Entry {
  size_t end;
  uint64_t counted;
  uint8_t destination;
};

/// What a block of lines became. Where a request has one record, whole requests in the order of
/// input, all of them in `bytes[0]`. Else entries, in `bytes` by destination, each with a comma
/// before it, so that entries which follow each other go into a request by one copy.
struct Entries {
  std::array<Buffer, record::kDatasets.size()> bytes;
  std::vector<Entry> all;  ///< in the order of input; none of whole requests
  RecordCounts counts;
};

/// A worker for ndjson::run_lines. REQUIRES: `format` outlives it.
class EncodeWorker {
 public:
  using Output = Entries;

  /// Takes the records of dataset `only`, if one is given, and skips others.
  EncodeWorker(const RequestFormat& format, std::optional<record::Dataset> only)
      : format_(&format), only_(only), encoder_(format.make_encoder()) {}

  void begin(std::string_view lines) { scanner_.expect(lines); }
  /// Errors: what the scanner finds, a line of no dataset where the destination needs one, a post
  /// with a member of the name but not the form of a record, those of the encoder, and a request of
  /// one record that is longer than a line may be. One bad record is a bad line.
  Status line(std::string_view line, Entries& to);
  static void clear(Entries& entries);
  static size_t made(const Entries& entries);
  void give_back();

 private:
  Status append_line(std::string_view line, Entries& to);
  Status append_post(const record::Records& records, Entries& to);
  Status append_other(Entries& to);
  Status append_record(const FoundRecord& record, Entries& to);
  Status append_request(const FoundRecord& record, size_t destination, Entries& to);
  Status append_entry(const FoundRecord& record, size_t destination, Entries& to);
  Error too_long(const FoundRecord& record, uint64_t size) const;
  Status check_post(const record::Records& records, Entries& to);

  const RequestFormat* format_;
  std::optional<record::Dataset> only_;
  std::unique_ptr<EntryEncoder> encoder_;
  json::Scanner scanner_{record::kFieldIds};
  json::Members members_;
  Buffer post_;  // what a joined row is taken apart from
};

}  // namespace pinpipe::wire
