// The run of sink-topics: records in, objects out.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kafka/consumer.h"
#include "kafka/object_writer.h"
#include "kafka/store.h"
#include "kafka/topic_reader.h"

namespace pinpipe::kafka {

struct SinkOptions {
  std::vector<std::string> topics;
  uint64_t flush_size = 10000;                          ///< records of an object
  std::optional<std::chrono::duration<double>> rotate;  ///< age of an object's first record
  bool until_end = false;   ///< stop where the topics ended when they were found
  std::optional<int> zstd;  ///< level
};

struct SinkCounts {
  uint64_t records = 0;
  uint64_t nulls = 0;     ///< values that are null, which no object has
  uint64_t objects = 0;   ///< that are in their places
  uint64_t bytes = 0;     ///< of values
  uint64_t expected = 0;  ///< records, where the run is to end; else 0
};

/// What a Sink asks, and what it tells.
struct SinkHooks {
  std::function<bool()> is_stopped;
  std::function<void(const SinkCounts&)> on_progress = [](const SinkCounts&) {};
  std::function<void(const std::string& message)> on_message = [](const std::string&) {};
  /// An object is in its place. An error ends the run.
  std::function<Status(const std::string& path)> on_object = [](const std::string&) {
    return Status();
  };
};

class Sink {
 public:
  /// `consumer` and `store` must outlive the Sink.
  Sink(SinkOptions options, SinkHooks hooks, Consumer& consumer, Store& store);

  /// Reads the topics until they end, where that was asked for, or it is stopped; all that was read
  /// is then in objects. Errors: Kafka, with what was read in objects; the store or `on_object`,
  /// without what it did not take.
  Status run();

  const SinkCounts& counts() const { return counts_; }

 private:
  using Clock = std::chrono::steady_clock;

  TopicReaderHooks reader_hooks();
  Status find_last_objects(size_t topic);
  Result<std::optional<int64_t>> begin(const FoundPartition& found);
  Status take(const Record& record);
  Status tick(bool idle);
  Status finish(ObjectWriter& writer);
  Status finish_old();
  Status finish_all();
  Status put_finished();

  SinkOptions options_;
  SinkHooks hooks_;
  Consumer& consumer_;
  Store& store_;
  SinkCounts counts_;
  std::map<int32_t, ObjectName> last_objects_;      // of the topic whose partitions are begun
  std::vector<std::vector<ObjectWriter>> writers_;  // by topic and partition
  std::vector<FinishedObject> finished_;
  Clock::time_point finished_since_;
  TopicReader reader_;
};

}  // namespace pinpipe::kafka
