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

constexpr milliseconds kPutWithin{1000};
constexpr size_t kPutAtOnce = 1000;  // objects; their files are what a sink takes of the disk

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
    : options_(std::move(options)),
      hooks_(std::move(hooks)),
      consumer_(consumer),
      store_(store),
      writers_(options_.topics.size()),
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
  last_objects_ = TRY(last_objects(store_, consumer_.topic(topic)));
  return {};
}

/// Behind the last object, if there is one.
Result<std::optional<int64_t>> Sink::begin(const FoundPartition& found) {
  std::optional<int64_t> from;
  if (const auto last = last_objects_.find(found.number); last != last_objects_.end()) {
    const auto after = TRY(offset_after(store_, last->second));
    if (after < found.has.low || after > found.has.high)
      return out_of_range(last->second, after, found.has);
    from = after;
  }
  writers_[found.topic].emplace_back(consumer_.topic(found.topic), found.number, store_.work(),
                                     options_.zstd);
  return from;
}

Status Sink::take(const Record& record) {
  if (!record.value) {
    ++counts_.nulls;
    return {};
  }
  auto& writer = writers_[record.topic][static_cast<size_t>(record.partition)];
  if (!writer.empty() && record.offset != writer.next_offset()) {
    TRY(finish(writer));
  }
  TRY(writer.add(record.offset, *record.value));
  ++counts_.records;
  counts_.bytes += record.value->size();
  return writer.lines() < options_.flush_size ? Status() : finish(writer);
}

/// What is due besides reading.
Status Sink::tick(bool idle) {
  counts_.expected = reader_.expected();
  hooks_.on_progress(counts_);
  TRY(finish_old());
  const bool due = idle || Clock::now() - finished_since_ >= kPutWithin;
  return finished_.empty() || !due ? Status() : put_finished();
}

Status Sink::finish(ObjectWriter& writer) {
  auto object = TRY(writer.finish());
  if (finished_.empty()) finished_since_ = Clock::now();
  finished_.push_back(std::move(object));
  return finished_.size() < kPutAtOnce ? Status() : put_finished();
}

Status Sink::finish_old() {
  if (!options_.rotate) return {};
  const auto now = Clock::now();
  for (auto& writers : writers_) {
    for (auto& writer : writers) {
      if (writer.empty() || now - writer.since() < *options_.rotate) continue;
      TRY(finish(writer));
    }
  }
  return {};
}

Status Sink::finish_all() {
  for (auto& writers : writers_) {
    for (auto& writer : writers) {
      if (writer.empty()) continue;
      TRY(finish(writer));
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
