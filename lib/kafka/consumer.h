// Records of Kafka, partition by partition, from offsets that the caller names. Which partitions,
// the caller chooses, or, of a member of a consumer group, the group.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace pinpipe::kafka {

struct Record {
  size_t topic;  ///< number of the topic
  int32_t partition;
  int64_t offset;
  std::optional<std::string_view> value;  ///< nothing for null; valid during the call
  int64_t time_ms = -1;                   ///< since 1970; -1 where it has none
};

/// A partition that a group gives to this member of it.
struct Assigned {
  size_t topic;
  int32_t partition;
  std::optional<int64_t> committed;  ///< offset that the group has come to
};

struct ReadHooks {
  std::function<Status(const Record&)> on_record;
  std::function<void(size_t topic, int32_t partition)> on_end;  ///< all that there is was read
  /// Of a member of a group. Starts all that it is given, in their order; an error ends the read.
  std::function<Status(const std::vector<Assigned>&)> on_assigned = nullptr;
  /// The partition is another's from now on.
  std::function<void(size_t topic, int32_t partition)> on_revoked = nullptr;
};

class Consumer {
 public:
  /// The offsets that a partition has: from `low` up to, not including, `high`.
  struct Offsets {
    int64_t low;
    int64_t high;
  };

  virtual ~Consumer() = default;

  /// Topics are numbered from 0, as they are added.
  virtual void add_topic(const std::string& name) = 0;
  virtual const std::string& topic(size_t number) const = 0;

  /// Of all topics that we may see. Errors: no broker answers within a second.
  virtual Result<std::vector<std::string>> topic_names() { return std::vector<std::string>(); }

  /// Errors: the topic is unknown or not for us, or no broker answers within a second.
  virtual Result<int32_t> partition_count(size_t topic) = 0;
  virtual Result<Offsets> offsets(size_t topic, int32_t partition) = 0;

  /// From `offset` on, or from the first that there is. REQUIRES: not started before; of a member
  /// of a group, called by on_assigned, for a partition that it is given.
  virtual Status start(size_t topic, int32_t partition, std::optional<int64_t> offset) = 0;

  /// Waits up to `wait` for records, and hands out those that came; how many, ends included.
  /// Errors: those of `on_record`, with `hook_failed` set; an offset that is no longer there, a
  /// topic that was deleted, and whatever the client does not mend by itself.
  struct Read {
    size_t events = 0;
    Status status;
    bool hook_failed = false;
  };
  virtual Read read(std::chrono::milliseconds wait, const ReadHooks& hooks) = 0;

  /// Why no broker can be reached, since that is so.
  virtual const std::optional<std::string>& away() const = 0;

  /// Why logins cannot be renewed, since that is so. Connections that there are may go on.
  virtual std::optional<Error> login_failure() const { return std::nullopt; }

  /// How often to look for new partitions.
  virtual std::chrono::milliseconds refresh_interval() const = 0;

  /// Whether this is a member of a group, which gives it its partitions.
  virtual bool in_group() const { return false; }
  /// The group needs nothing before `next` any more: whoever is given the partition begins there.
  /// It is told so within seconds, and by `leave`. Of a partition that was revoked, it is not.
  virtual Status commit(size_t, int32_t, int64_t /*next*/) { return {}; }
  /// Why the group could not be told, since that is so.
  virtual std::optional<Error> commit_failure() const { return std::nullopt; }
  /// Tells the group what was committed, and that its partitions are free. Nothing can be read
  /// any more. Errors: it could not be told, so that records come again.
  virtual Status leave() { return {}; }
};

}  // namespace pinpipe::kafka
