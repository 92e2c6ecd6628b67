#include "kafka/sink.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "kafka/object_writer.h"
#include "kafka/store.h"
#include "stream/input.h"

namespace pinpipe::kafka {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kTick{100};
constexpr milliseconds kPutWithin{1000};
constexpr size_t kPutAtOnce = 1000;      // objects; their files are what a sink takes of the disk
constexpr milliseconds kTryAgain{1000};  // while Kafka is away

std::string place(const std::string& topic, size_t partition) {
  return "topic " + topic + ", partition " + std::to_string(partition);
}

/// The way on is an empty object: its name says where, and it stays as a mark of the gap.
Error out_of_range(const ObjectName& last, int64_t next, Consumer::Offsets has) {
  Error error{place(last.topic, last.partition) + ": offset " + std::to_string(next) +
                  ", where the last object ends, is out of range: the partition has " +
                  std::to_string(has.low) + " to " + std::to_string(has.high),
              ""};
  auto mark = last;
  mark.offset = has.low;
  mark.zstd = false;
  error.hint = next < has.low
                   ? "Kafka has deleted the records between; to go on without them, put an empty "
                     "object " +
                         mark.path()
                   : "the topic was made anew: write its records to another place";
  return error;
}

constexpr size_t kBlock = 64 * 1024;

Result<int64_t> count_lines(const std::string& file) {
  auto input = TRY(stream::Input::open(file));
  std::vector<char> block(kBlock);
  for (int64_t lines = 0;;) {
    auto read = TRY(input.read(block.data(), block.size(), -1));
    if (read.got == stream::Input::Got::end) return lines;
    lines += std::count(block.data(), block.data() + read.size, '\n');
  }
}

/// The last object of each partition of `topic` that has one.
Result<std::map<int32_t, ObjectName>> last_objects(Store& store, const std::string& topic) {
  std::map<int32_t, ObjectName> last;
  auto status = store.list(topic, [&](std::string_view path) {
    auto object = parse_object_path(topic, path);
    if (!object) return;
    auto& known = last.try_emplace(object->partition, *object).first->second;
    if (object->offset > known.offset) known = std::move(*object);
  });
  if (!status.ok()) return status.error();
  return last;
}

/// The offset behind that of the object's last line. Errors: it cannot be read.
Result<int64_t> offset_after(Store& store, const ObjectName& object) {
  auto file = TRY(store.fetch(object.path()));
  auto lines = TRY(count_lines(file));
  return object.offset + lines;
}

}  // namespace

Sink::Sink(SinkOptions options, SinkHooks hooks, Consumer& consumer, Store& store)
    : options_(std::move(options)), hooks_(std::move(hooks)), consumer_(consumer), store_(store) {}

Status Sink::run() {
  for (const auto& topic : options_.topics) {
    consumer_.add_topic(topic);
    topics_.emplace_back();
  }
  for (size_t topic = 0; topic < topics_.size(); ++topic) {
    TRY(find_partitions(topic));
  }
  auto followed = follow();
  if (store_failed_) return followed;
  TRY(finish_all());
  return followed;
}

/// Adds the partitions of a topic that are not known yet.
Status Sink::find_partitions(size_t topic) {
  auto count = TRY(consumer_.partition_count(topic));
  auto& known = topics_[topic];
  if (known.size() >= static_cast<size_t>(count)) return {};
  auto last = TRY(last_objects(store_, consumer_.topic(topic)));
  while (known.size() < static_cast<size_t>(count) && !stopped()) {
    const auto found = last.find(static_cast<int32_t>(known.size()));
    auto status =
        add_partition(topic, found == last.end() ? std::nullopt : std::optional(found->second));
    if (!status.ok()) return status;
  }
  return {};
}

Status Sink::add_partition(size_t topic, const std::optional<ObjectName>& last) {
  const auto& name = consumer_.topic(topic);
  const auto number = static_cast<int32_t>(topics_[topic].size());
  auto has = TRY(consumer_.offsets(topic, number));
  std::optional<int64_t> from;
  if (last) {
    auto after = TRY(offset_after(store_, *last));
    if (after < has.low || after > has.high) return out_of_range(*last, after, has);
    from = after;
  }
  Partition partition{from.value_or(has.low), has.high,
                      ObjectWriter(name, number, store_.work(), options_.zstd)};
  partition.reading = !options_.until_end || partition.next < partition.end;
  topics_[topic].push_back(std::move(partition));
  const auto& added = topics_[topic].back();
  if (!added.reading) return {};
  ++reading_;
  if (options_.until_end) counts_.expected += static_cast<uint64_t>(added.end - added.next);
  return consumer_.start(topic, number, from);
}

Status Sink::follow() {
  ReadHooks hooks;
  hooks.on_record = [this](const Record& record) { return take(record); };
  hooks.on_end = [this](size_t topic, int32_t partition) {
    if (options_.until_end) end_reading(topics_[topic][partition]);
  };
  while (!stopped() && (!options_.until_end || reading_ > 0)) {
    const auto read = consumer_.read(kTick, hooks);
    store_failed_ = read.hook_failed;
    if (!read.status.ok()) return read.status;
    if (options_.until_end && consumer_.away()) {
      return Error{"Kafka is away: " + *consumer_.away(),
                   "run this again when it is back: it goes on after the last object"};
    }
    report_away();
    report_login();
    if (auto status = tick(read.events == 0); !status.ok()) {
      store_failed_ = true;
      return status;
    }
    TRY(find_added());
  }
  return {};
}

/// To find the last objects of many partitions in S3 takes a while, too.
bool Sink::stopped() { return stopped_ = stopped_ || hooks_.is_stopped(); }

Status Sink::take(const Record& record) {
  auto& partition = topics_[record.topic][record.partition];
  // Behind the end where this run stops, or fetched twice.
  if (!partition.reading || record.offset < partition.next) return {};
  partition.next = record.offset + 1;
  if (options_.until_end && partition.next >= partition.end) end_reading(partition);
  if (!record.value) {
    ++counts_.nulls;
    return {};
  }
  auto& writer = partition.writer;
  if (!writer.empty() && record.offset != writer.next_offset()) {
    TRY(finish(partition));
  }
  TRY(writer.add(record.offset, *record.value));
  ++counts_.records;
  counts_.bytes += record.value->size();
  return writer.lines() < options_.flush_size ? Status() : finish(partition);
}

void Sink::end_reading(Partition& partition) {
  if (partition.reading) --reading_;
  partition.reading = false;
}

/// What is due besides reading.
Status Sink::tick(bool idle) {
  hooks_.on_progress(counts_);
  TRY(finish_old());
  const bool due = idle || Clock::now() - finished_since_ >= kPutWithin;
  return finished_.empty() || !due ? Status() : put_finished();
}

/// Finds partitions that were added, and notices when Kafka is back.
Status Sink::find_added() {
  const auto interval = consumer_.away() ? kTryAgain : consumer_.refresh_interval();
  if (options_.until_end || interval <= milliseconds(0) || Clock::now() - found_at_ < interval)
    return {};
  found_at_ = Clock::now();
  for (size_t topic = 0; topic < topics_.size(); ++topic) {
    auto count = consumer_.partition_count(topic);
    if (!count.ok()) return {};  // another time
    if (topics_[topic].size() >= static_cast<size_t>(*count)) continue;
    TRY(find_partitions(topic));
  }
  return {};
}

void Sink::report_away() {
  if (consumer_.away().has_value() == is_away_) return;
  is_away_ = !is_away_;
  hooks_.on_message(is_away_ ? "Kafka is away, trying on: " + *consumer_.away() : "Kafka is back");
}

void Sink::report_login() {
  const auto failure = consumer_.login_failure();
  if (failure.has_value() == is_login_failing_) return;
  is_login_failing_ = !is_login_failing_;
  if (!failure) return hooks_.on_message("the login is renewed");
  const auto hint = failure->hint.empty() ? "" : "; " + failure->hint;
  hooks_.on_message("cannot renew the login, trying on: " + failure->what + hint);
}

Status Sink::finish(Partition& partition) {
  auto object = TRY(partition.writer.finish());
  if (finished_.empty()) finished_since_ = Clock::now();
  finished_.push_back(std::move(object));
  return finished_.size() < kPutAtOnce ? Status() : put_finished();
}

Status Sink::finish_old() {
  if (!options_.rotate) return {};
  const auto now = Clock::now();
  for (auto& partitions : topics_) {
    for (auto& partition : partitions) {
      if (partition.writer.empty() || now - partition.writer.since() < *options_.rotate) continue;
      TRY(finish(partition));
    }
  }
  return {};
}

Status Sink::finish_all() {
  for (auto& partitions : topics_) {
    for (auto& partition : partitions) {
      if (partition.writer.empty()) continue;
      TRY(finish(partition));
    }
  }
  return finished_.empty() ? Status() : put_finished();
}

/// Their names are told as they get there, in their order.
Status Sink::put_finished() {
  auto status = store_.put(finished_, [this](const FinishedObject& object) {
    ++counts_.objects;
    hooks_.on_progress(counts_);
    return hooks_.on_object(object.path);
  });
  finished_.clear();
  return status;
}

}  // namespace pinpipe::kafka
