#include "kafka/sink.h"

#include <utility>

namespace pinpipe::kafka {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPutWithin{1000};
constexpr size_t kPutAtOnce = 1000;  // objects; their files are what a sink takes of the disk
// What open objects may hold together, beside the 64 KiB of each partition of Kafka.
constexpr size_t kHold = 8 * 1024 * 1024;
constexpr size_t kHeldAtLeast = 4096;  // by each

const Result<Partitioner::Place> kNull(Error{"the value is null",
                                             "behavior.on.null.values=ignore skips such values"});

std::string place_of(const std::string& topic, const Record& record) {
  return "topic " + topic + ", partition " + std::to_string(record.partition) + ", offset " +
         std::to_string(record.offset) + ": ";
}

}  // namespace

Sink::Sink(SinkOptions options, SinkHooks hooks, Consumer& consumer, Store& store)
    : options_(std::move(options)),
      hooks_(std::move(hooks)),
      consumer_(consumer),
      store_(store),
      partitioner_(options_.times),
      topics_(options_.topics.size()),
      reader_({options_.topics, options_.until_end}, reader_hooks(), consumer) {}

TopicReaderHooks Sink::reader_hooks() {
  TopicReaderHooks hooks;
  hooks.is_stopped = hooks_.is_stopped;
  hooks.on_message = hooks_.on_message;
  hooks.on_topic = [this](size_t topic) { return find_last_objects(topic); };
  hooks.begin = [this](const FoundPartition& found) { return begin(found); };
  hooks.on_record = [this](const Record& record) { return take(record); };
  hooks.on_tick = [this](bool idle) { return tick(idle); };
  return hooks;
}

Status Sink::run() {
  auto followed = reader_.run();
  if (reader_.hook_failed()) return followed;
  TRY(finish_all());
  return followed;
}

Status Sink::find_last_objects(size_t topic) {
  found_ = TRY(find_objects(store_, options_.format.layout, consumer_.topic(topic)));
  return {};
}

/// Behind the last object, if there is one. Where names and lines of what is written now will not
/// say where to go on, or no more, that is kept before the first of it.
Result<std::optional<int64_t>> Sink::begin(const FoundPartition& found) {
  const auto& topic = consumer_.topic(found.topic);
  auto objects = std::move(found_[found.number]);
  const auto from = TRY(resume_offset(store_, options_.format.layout, topic, found.number, objects,
                                      found.has, options_.interleaved()));
  auto& partition = topics_[found.topic].emplace_back(Partition{topic, found.number});
  partition.unfinished = std::move(objects.unfinished);
  const bool was_interleaved = objects.point && objects.point->interleaved;
  if (was_interleaved != options_.interleaved() || (options_.times && !objects.point)) {
    TRY(keep(partition, {from.value_or(found.has.low), options_.interleaved()}, first_points_));
  }
  return from;
}

Status Sink::take(const Record& record) {
  auto& partition = topics_[record.topic][static_cast<size_t>(record.partition)];
  if (!record.value && !options_.fail_on_null) {
    ++counts_.nulls;
    return {};
  }
  auto place = record.value ? partitioner_.place(record) : kNull;
  if (!place.ok()) {
    TRY(finish_all());
    return Error{place_of(partition.topic, record) + place.error().what, place.error().hint};
  }
  if (must_end_before(record, *place, partition)) TRY(finish(partition));
  auto* writer = TRY(writer_of(record, place->folder, partition));
  TRY(writer->add(*record.value));
  if (partition.records++ == 0) {
    partition.since = Clock::now();
    partition.first_time_ms = place->time_ms;
  }
  partition.next = record.offset + 1;
  ++counts_.records;
  counts_.bytes += record.value->size();
  held_ += record.value->size() + 1;
  TRY(spill_if_many());
  return partition.records < options_.flush_size ? Status() : finish(partition);
}

bool Sink::must_end_before(const Record& record, const Partitioner::Place& place,
                           const Partition& partition) const {
  if (partition.records == 0) return false;
  const bool is_open = partition.open.contains(place.folder);
  if (!options_.interleaved() && (record.offset != partition.next || !is_open)) return true;
  if (options_.rotate_records_ms &&
      place.time_ms - partition.first_time_ms >= *options_.rotate_records_ms)
    return true;
  return !is_open && partition.open.size() >= options_.max_open;
}

Result<ObjectWriter*> Sink::writer_of(const Record& record, const std::string& folder,
                                      Partition& partition) {
  const auto found = partition.open.find(folder);
  if (found != partition.open.end()) return &found->second;
  held_ += kHeldAtLeast;
  ObjectName name{partition.topic, record.partition, record.offset, folder};
  return &partition.open
              .emplace(folder, ObjectWriter(std::move(name), store_.work(), options_.format))
              .first->second;
}

/// Objects of times are many, and small.
Status Sink::spill_if_many() {
  if (!options_.interleaved() || held_ < kHold) return {};
  held_ = 0;
  for (auto& partitions : topics_) {
    for (auto& partition : partitions) {
      for (auto& [folder, writer] : partition.open) TRY(writer.spill());
    }
  }
  return {};
}

/// What is due besides reading.
Status Sink::tick(bool idle) {
  counts_.expected = reader_.expected();
  hooks_.on_progress(counts_);
  TRY(finish_old());
  const bool due = idle || Clock::now() - finished_since_ >= kPutWithin;
  return due ? put_finished() : Status();
}

/// Of a partition that keeps where to go on, those before are put first, so that a kill leaves the
/// objects of one end only behind that.
Status Sink::finish(Partition& partition) {
  if (options_.interleaved() && !partition.is_put) TRY(put_finished());
  if (finished_.empty()) finished_since_ = Clock::now();
  for (auto& [folder, writer] : partition.open) {
    auto object = TRY(writer.finish());
    // Of one end, objects may be put in any order.
    if (options_.interleaved()) object.chain += "/" + folder;
    finished_.push_back(std::move(object));
  }
  TRY(check_unfinished(partition));
  partition.open.clear();
  partition.records = 0;
  partition.is_put = false;
  if (options_.interleaved()) TRY(keep(partition, {partition.next, true}, points_));
  return finished_.size() < kPutAtOnce ? Status() : put_finished();
}

Status Sink::check_unfinished(Partition& partition) {
  auto& unfinished = partition.unfinished;
  if (unfinished.empty()) return {};
  for (const auto& [folder, writer] : partition.open) {
    const auto path = options_.format.layout.path(writer.name());
    std::erase_if(unfinished, [&](const auto& object) { return object.second == path; });
  }
  if (unfinished.empty() || unfinished.begin()->first >= partition.next) return {};
  return Error{"'" + unfinished.begin()->second +
                   "' is of a run with other options, which was killed: its records would be there "
                   "twice",
               "run once more with the options of that run, or remove the object: its records are "
               "still in Kafka"};
}

Status Sink::keep(const Partition& partition, const ResumePoint& point,
                  std::vector<FinishedObject>& to) {
  const auto name = partition.topic + "+" + std::to_string(partition.number);
  FinishedObject object{store_.work() + "/" + std::to_string(point.next_offset) + "+" + name,
                        options_.format.layout.offsets_path(partition.topic, partition.number),
                        name};
  TRY(write_file(object.file, point.text(), true));
  to.push_back(std::move(object));
  return {};
}

Status Sink::finish_old() {
  if (!options_.rotate) return {};
  const auto now = Clock::now();
  for (auto& partitions : topics_) {
    for (auto& partition : partitions) {
      if (partition.records == 0 || now - partition.since < *options_.rotate) continue;
      TRY(finish(partition));
    }
  }
  return {};
}

Status Sink::finish_all() {
  for (auto& partitions : topics_) {
    for (auto& partition : partitions) {
      if (partition.records > 0) TRY(finish(partition));
    }
  }
  return put_finished();
}

/// Names are told as objects get there, in their order.
Status Sink::put_finished() {
  if (finished_.empty() && first_points_.empty()) return {};
  const auto ignore = [](const FinishedObject&) { return Status(); };
  TRY(store_.put(std::exchange(first_points_, {}), ignore));
  auto status = store_.put(finished_, [this](const FinishedObject& object) {
    ++counts_.objects;
    hooks_.on_progress(counts_);
    return hooks_.on_object(object.path);
  });
  finished_.clear();
  if (status.ok()) status = store_.put(points_, ignore);
  points_.clear();
  for (auto& partitions : topics_) {
    for (auto& partition : partitions) partition.is_put = true;
  }
  return status;
}

}  // namespace pinpipe::kafka
