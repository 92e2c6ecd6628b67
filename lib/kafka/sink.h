// The run of sink-topics: records in, objects out.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kafka/consumer.h"
#include "kafka/object_writer.h"
#include "kafka/partitioner.h"
#include "kafka/resume.h"
#include "kafka/store.h"
#include "kafka/topic_reader.h"

namespace pinpipe::kafka {

struct SinkOptions {
  std::vector<std::string> topics;
  bool until_end = false;  ///< stop where the topics ended when they were found
  ObjectFormat format;
  std::optional<TimePartitions> times;  ///< folders by time, rather than by partition of Kafka
  bool fail_on_null = false;            ///< rather than to skip values that are null

  // What ends the objects of a partition, which end together:
  uint64_t flush_size = 10000;                          ///< records
  std::optional<std::chrono::duration<double>> rotate;  ///< age of the first record
  /// Milliseconds between the time of the first record and of one that comes; with `times` only.
  std::optional<int64_t> rotate_records_ms;
  uint64_t max_open = 5000;  ///< objects

  /// Whether several objects of a partition are open at once, or lines do not count records.
  bool interleaved() const {
    return (times && !times->by_arrival()) || !format.layout.lines_are_records;
  }
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
  /// What grows of a partition of Kafka.
  struct Partition {
    std::string topic;
    int32_t number = 0;
    std::map<std::string, ObjectWriter> open = {};  // by folder
    uint64_t records = 0;                           // in them
    int64_t next = 0;                               // behind the last record of them
    int64_t first_time_ms = 0;                      // of the first record of them
    Clock::time_point since = {};                   // when that came
    /// Of a run that was killed, to be written over.
    std::multimap<int64_t, std::string> unfinished = {};
    bool is_put = true;  // all that was finished
  };

  TopicReaderHooks reader_hooks();
  Status find_last_objects(size_t topic);
  Result<std::optional<int64_t>> begin(const FoundPartition& found);
  Status take(const Record& record);
  bool must_end_before(const Record& record, const Partitioner::Place& place,
                       const Partition& partition) const;
  Result<ObjectWriter*> writer_of(const Record& record, const std::string& folder,
                                  Partition& partition);
  Status spill_if_many();
  Status tick(bool idle);
  Status finish(Partition& partition);
  Status finish_old();
  Status finish_all();
  Status check_unfinished(Partition& partition);
  Status keep(const Partition& partition, const ResumePoint& point,
              std::vector<FinishedObject>& to);
  Status put_finished();

  SinkOptions options_;
  SinkHooks hooks_;
  Consumer& consumer_;
  Store& store_;
  SinkCounts counts_;
  Partitioner partitioner_;
  std::map<int32_t, PartitionObjects> found_;  // of the topic whose partitions are begun
  std::vector<std::deque<Partition>> topics_;  // partitions, by their numbers
  std::vector<FinishedObject> finished_;
  std::vector<FinishedObject> first_points_;  // to be put before those
  std::vector<FinishedObject> points_;        // to be put behind
  Clock::time_point finished_since_;
  size_t held_ = 0;  // bytes of open objects in memory, at most
  TopicReader reader_;
};

}  // namespace pinpipe::kafka
