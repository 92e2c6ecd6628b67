// The run of sink-topics: records in, objects out.
#pragma once

#include <chrono>
#include <vector>

#include "cli/stop_signals.h"
#include "cli/tool.h"
#include "consumer.h"
#include "object_writer.h"
#include "options.h"
#include "store.h"
#include "stream/output.h"

namespace pinpipe {

class Sink {
 public:
  /// All that is given must outlive the Sink. Paths of objects go to `names`, when they are there.
  Sink(cli::Tool& tool, const SinkRun& run, Consumer& consumer, Store& store,
       cli::StopSignals& signals, stream::Output& names);

  /// Reads the topics until they end, where that was asked for, or a signal comes; all that was
  /// read is then in objects. Errors: Kafka, with what was read in objects; the store or `names`,
  /// without what it did not take.
  Status run();

  const cli::Outcome& outcome() const { return outcome_; }
  uint64_t nulls() const { return nulls_; }
  uint64_t objects() const { return objects_; }
  uint64_t bytes() const { return bytes_; }  ///< of values

 private:
  using Clock = std::chrono::steady_clock;
  struct Partition {
    int64_t next;  ///< records before it were read
    int64_t end;   ///< where the partition ended when it was found
    ObjectWriter writer;
    bool reading = true;
  };

  Status find_partitions(size_t topic);
  Status add_partition(size_t topic, const std::optional<ObjectName>& last);
  Status follow();
  bool stopped();
  Status take(const Record& record);
  void end_reading(Partition& partition);
  Status tend(bool idle);
  Status look_around();
  void tell_away();
  Status finish(Partition& partition);
  Status finish_old();
  Status finish_all();
  Status put_finished();

  cli::Tool& tool_;
  const SinkRun& run_;
  Consumer& consumer_;
  Store& store_;
  cli::StopSignals& signals_;
  stream::Output& names_;
  std::vector<std::vector<Partition>> topics_;
  std::vector<FinishedObject> finished_;
  Clock::time_point finished_since_;
  Clock::time_point looked_around_ = Clock::now();
  size_t reading_ = 0;  // partitions
  bool stopped_ = false;
  bool store_failed_ = false;
  bool told_away_ = false;
  cli::Outcome outcome_;
  uint64_t nulls_ = 0;
  uint64_t objects_ = 0;
  uint64_t bytes_ = 0;
  uint64_t expected_ = 0;  // records, where the run is to end
};

}  // namespace pinpipe
