// A Kafka that is made of logs in memory.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kafka/consumer.h"

namespace pinpipe::kafka {

/// A group as its only member sees it.
struct FakeGroup {
  std::map<int32_t, int64_t> committed = {};
  std::vector<int32_t> revoked = {};
  bool is_assigned = false;
  bool has_left = false;
};

/// Partitions of one topic, as logs; each read gives a record of each that is started.
///
/// In a group the first read gives it all partitions; what is in `revoked` is taken from it before
/// the next.
class FakeConsumer : public Consumer {
 public:
  struct Log {
    int64_t low = 0;
    std::vector<std::optional<std::string>> values = {};
    std::optional<int64_t> at = {};
    std::vector<int64_t> times_ms = {};  // of the first of them
  };
  std::vector<Log> logs;
  std::optional<std::string> is_away;
  std::optional<Error> login_fails;
  Status failure;  // of reads, behind all records
  std::optional<FakeGroup> group;
  std::function<void()> on_read;  // before each

  void add_topic(const std::string& name) override { topic_ = name; }
  const std::string& topic(size_t) const override { return topic_; }
  Result<int32_t> partition_count(size_t) override { return static_cast<int32_t>(logs.size()); }
  Result<Offsets> offsets(size_t, int32_t partition) override {
    const auto& log = logs[static_cast<size_t>(partition)];
    return Offsets{log.low, log.low + static_cast<int64_t>(log.values.size())};
  }
  Status start(size_t, int32_t partition, std::optional<int64_t> offset) override {
    auto& log = logs[static_cast<size_t>(partition)];
    log.at = offset.value_or(log.low);
    return {};
  }
  Read read(std::chrono::milliseconds, const ReadHooks& hooks) override {
    Read read;
    if (on_read) on_read();
    if (group) read.status = rebalance(hooks);
    for (size_t i = 0; i < logs.size() && read.status.ok(); ++i) {
      auto& log = logs[i];
      if (!log.at) continue;
      const auto number = static_cast<int32_t>(i);
      const auto place = static_cast<size_t>(*log.at - log.low);
      if (place == log.values.size()) {
        hooks.on_end(0, number);
        continue;
      }
      ++read.events;
      const auto& value = log.values[place];
      Record record{0, number, (*log.at)++, std::nullopt};
      if (value) record.value = *value;
      if (place < log.times_ms.size()) record.time_ms = log.times_ms[place];
      read.status = hooks.on_record(record);
      read.hook_failed = !read.status.ok();
    }
    if (read.events == 0 && read.status.ok()) read.status = failure;
    return read;
  }
  const std::optional<std::string>& away() const override { return is_away; }
  std::optional<Error> login_failure() const override { return login_fails; }
  std::chrono::milliseconds refresh_interval() const override { return interval; }
  bool in_group() const override { return group.has_value(); }
  Status commit(size_t, int32_t partition, int64_t next) override {
    group->committed[partition] = next;
    return {};
  }
  Status leave() override {
    if (group) group->has_left = true;
    return {};
  }

  std::chrono::milliseconds interval{};  // of looking for partitions

 private:
  Status rebalance(const ReadHooks& hooks) {
    for (const auto partition : std::exchange(group->revoked, {})) {
      logs[static_cast<size_t>(partition)].at.reset();
      hooks.on_revoked(0, partition);
    }
    if (std::exchange(group->is_assigned, true)) return {};
    std::vector<Assigned> given;
    for (int32_t i = 0; i < static_cast<int32_t>(logs.size()); ++i) {
      const auto place = group->committed.find(i);
      given.push_back({0, i, std::nullopt});
      if (place != group->committed.end()) given.back().committed = place->second;
    }
    return hooks.on_assigned(given);
  }

  std::string topic_;
};

}  // namespace pinpipe::kafka
