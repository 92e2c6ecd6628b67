// What the requests of a service look like: entries, the text around them, and how many one request
// takes.
//
//   {"topic":"ID.pin","payload":{"records":[   {"value":{…}}   ,   {"value":{…}}   ]}}
//   frame.open                                 entry               entry           frame.close
//
// Entries are made by many threads (EntryEncoder, EncodeWorker) and put into frames by one
// (RequestWriter); where a request has one record, the threads do that, too.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/buffer.h"
#include "json/scanner.h"
#include "wire/destination.h"
#include "wire/protocol.h"
#include "wire/record_key.h"
#include "wire/shard_map.h"

namespace pinpipe::wire {

inline constexpr std::chrono::milliseconds kDefaultLinger{5};

/// Turns records into entries. One per thread.
class EntryEncoder {
 public:
  virtual ~EntryEncoder() = default;

  /// Appends the entry of `record` to `to`, and sets `counted` to the bytes that count for
  /// RequestFormat::max_bytes. An error, with `to` in any state past its old end, where the record
  /// has no key or is too large for a request.
  virtual Status append(const FoundRecord& record, Buffer& to, uint64_t& counted) = 0;
  /// Bytes of the last entry in a request's line, if it is to be packed with others, and is not.
  virtual size_t alone_size() const { return 0; }
};

/// Entries are not records but aggregates of some: what is appended to the entries of a block is a
/// user record (wire/kpl.h), and AggregateWriter packs them.
struct Aggregation {
  std::vector<ShardMap> parts;  ///< beside destinations.names; what is in one shares aggregates
  uint64_t max_bytes = 25'000;  ///< of the data and the key of an aggregate
  /// Appends an entry: what is around base64 of `data`, and it.
  std::function<void(std::string_view data, std::string_view partition_key,
                     std::string_view explicit_hash_key, Buffer& to)>
      append_entry = {};
};

struct RequestFormat {
  Destinations destinations;
  std::vector<Frame> frames;        ///< beside destinations.names
  uint64_t max_records = 1;         ///< entries of a request
  uint64_t max_bytes = UINT64_MAX;  ///< of a request, as far as they count:
  uint64_t counted_frame = 0;       ///<   the text around the entries,
  uint64_t counted_comma = 0;       ///<   each comma between them, and each entry's own `counted`
  uint64_t max_line = UINT64_MAX;   ///< bytes of a request's line: its readers take no longer one
  /// How long a record may wait for others to share its request, while input would block. The
  /// default is half of what a record may take.
  std::chrono::milliseconds linger = kDefaultLinger;
  std::function<std::unique_ptr<EntryEncoder>()> make_encoder;
  std::optional<Aggregation> aggregation = {};

  /// Whether each record is a request of its own.
  bool is_of_records() const { return max_records == 1 && !aggregation; }
};

/// The error of a record whose `what`, of so many `bytes`, is over the limit called `limit_name`.
Error too_large(const FoundRecord& record, std::string_view what, uint64_t bytes,
                std::string_view limit_name, uint64_t limit);

}  // namespace pinpipe::wire
