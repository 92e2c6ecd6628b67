// The partitions of topics, each read from where its user says, until it is stopped or they end:
// those that are there, and those that are added, or that a group gives.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "kafka/consumer.h"

namespace pinpipe::kafka {

struct TopicReaderOptions {
  std::vector<std::string> topics;
  bool until_end = false;  ///< stop where the topics ended when they were found
};

/// A partition that is to be read.
struct FoundPartition {
  size_t topic;
  int32_t number;
  Consumer::Offsets has;
  bool is_added;                     ///< it was not there when the run began
  std::optional<int64_t> committed;  ///< the place of the group in it
};

/// What a TopicReader asks, and what it tells.
struct TopicReaderHooks {
  std::function<bool()> is_stopped;
  std::function<void(const std::string& message)> on_message;
  /// Partitions of a topic were found, and will be begun.
  std::function<Status(size_t topic)> on_topic = [](size_t) { return Status(); };
  /// The offset to begin at; nothing for the first that there is.
  std::function<Result<std::optional<int64_t>>(const FoundPartition&)> begin;
  /// Each offset once, those of a partition in order. An error ends the run.
  std::function<Status(const Record&)> on_record;
  /// After each look for records. An error ends the run.
  std::function<Status(bool idle)> on_tick;
};

class TopicReader {
 public:
  /// `consumer` must outlive the reader.
  TopicReader(TopicReaderOptions options, TopicReaderHooks hooks, Consumer& consumer);

  /// Errors: Kafka, and those of the hooks.
  Status run();

  /// Whether run ended by an error of on_record or on_tick.
  bool hook_failed() const { return hook_failed_; }
  /// Records that are to be read, where the run is to end; else 0.
  uint64_t expected() const { return expected_; }

 private:
  using Clock = std::chrono::steady_clock;
  struct Partition {
    int64_t next = 0;  ///< records before it were read
    int64_t end = -1;  ///< where the partition ended when it was found; before that -1
    bool reading = false;
  };
  struct Start {
    size_t topic;
    int32_t partition;
    std::optional<int64_t> from;
  };

  Status find_all();
  Status find_partitions(size_t topic);
  Status find_added();
  Status begin(const Assigned& assigned);
  Status start_found();
  Status follow();
  /// To find the first offsets of many partitions takes a while, too.
  bool stopped() { return stopped_ = stopped_ || hooks_.is_stopped(); }
  bool ended() const;
  Status take(const Record& record);
  void end_reading(Partition& partition);
  void report_away();
  void report_failure(const char* what, const std::optional<Error>& failure, std::string& told,
                      const char* mended);

  TopicReaderOptions options_;
  TopicReaderHooks hooks_;
  Consumer& consumer_;
  std::vector<std::vector<Partition>> topics_;
  std::vector<int32_t> counts_at_start_;
  std::vector<Start> found_;  // and not started yet
  Clock::time_point found_at_ = Clock::now();
  size_t reading_ = 0;        // partitions
  bool is_assigned_ = false;  // what there is to read is known
  uint64_t expected_ = 0;
  bool stopped_ = false;
  bool hook_failed_ = false;
  bool is_away_ = false;
  std::string login_failure_;  // that was told; "" where all is well
  std::string commit_failure_;
};

}  // namespace pinpipe::kafka
