// Where a sink goes on in a partition: what its objects say, and what is kept beside them.
//
// Where each object holds offsets without a gap, the last one says it, by its name and its lines.
// Where several grow at once, each for a time, their offsets interleave. They end together then,
// and behind them an object is put of which nothing but the next offset is in: a ResumePoint. A
// sink that is killed in between leaves objects behind the point. The next one reads the same
// records again, from the point on, and writes over all of them: an object there has the first
// record of its time at or behind the point, and so will the one that is made anew, which so gets
// its name.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/status.h"
#include "kafka/consumer.h"
#include "kafka/object_layout.h"
#include "kafka/store.h"

namespace pinpipe::kafka {

/// Records before `next_offset` are in objects. From it on, each object holds offsets without a
/// gap, unless they are interleaved.
struct ResumePoint {
  int64_t next_offset = 0;
  bool interleaved = false;

  std::string text() const;  ///< {"next_offset":17,"interleaved":true}, and a newline
  static std::optional<ResumePoint> parse(std::string_view text);
};

struct FoundObject {
  std::string path;
  int64_t offset = 0;  ///< of the first record
};

/// What is there of a partition.
struct PartitionObjects {
  std::optional<ResumePoint> point;
  std::optional<FoundObject> last;    ///< the one of the greatest offset
  std::optional<FoundObject> unsure;  ///< one that does not say where it ends
  /// Those behind a point where they are interleaved, by the offset of their first record.
  std::multimap<int64_t, std::string> unfinished = {};
};

/// Of each partition of `topic` of which there is anything.
Result<std::map<int32_t, PartitionObjects>> find_objects(Store& store, const ObjectLayout& layout,
                                                         const std::string& topic);

/// The offset to go on at; nothing where nothing is there. Objects will interleave, or not. Errors:
/// it cannot be read or is not known; Kafka has no such records any more.
Result<std::optional<int64_t>> resume_offset(Store& store, const ObjectLayout& layout,
                                             const std::string& topic, int32_t partition,
                                             const PartitionObjects& found, Consumer::Offsets has,
                                             bool interleaved);

}  // namespace pinpipe::kafka
