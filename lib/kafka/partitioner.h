// Which folder of a topic a record belongs to: that of its partition of Kafka, or that of a time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "json/object.h"
#include "kafka/consumer.h"
#include "kafka/path_format.h"
#include "kafka/time_zone.h"

namespace pinpipe::kafka {

/// Milliseconds since 1970, as the clock on the wall has them.
int64_t wall_clock_ms();

/// Where the time of a record is from.
struct TimeSource {
  enum class Of : uint8_t { field, record, now };
  Of of = Of::record;
  std::string field = {};  ///< NAME, or NAME.NAME of an object within
};

struct TimePartitions {
  PathFormat format;
  int64_t duration_ms = 1000;  ///< times are cut down to it, by the clocks of the zone
  TimeZone zone;
  std::vector<TimeSource> sources;  ///< the first that a record has
  std::function<int64_t()> now_ms = wall_clock_ms;

  /// Whether times only grow, but for a clock that is set back.
  bool by_arrival() const { return sources.front().of == TimeSource::Of::now; }
};

/// "partition=N"
std::string partition_folder(int32_t partition);

class Partitioner {
 public:
  /// By `times`; without, by partitions of Kafka.
  explicit Partitioner(std::optional<TimePartitions> times) : times_(std::move(times)) {}

  struct Place {
    std::string folder;
    int64_t time_ms = 0;  ///< of the record; 0 where it counts for nothing
  };
  /// REQUIRES: the record has a value. Errors: it has no such time.
  Result<Place> place(const Record& record);

 private:
  std::optional<int64_t> time_of(const Record& record);
  std::optional<int64_t> time_in(std::string_view object, std::string_view field);

  std::optional<TimePartitions> times_;
  json::Object object_;
  std::optional<int64_t> last_bucket_;  // local time
  std::string last_folder_;
};

}  // namespace pinpipe::kafka
