#include "kafka/resume.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "json/object.h"
#include "json/writer.h"
#include "kafka/partitioner.h"
#include "stream/input.h"

namespace pinpipe::kafka {
namespace {

constexpr size_t kBlock = 64 * 1024;

std::string where(const std::string& topic, int32_t partition) {
  return "topic " + topic + ", partition " + std::to_string(partition);
}

Result<int64_t> count_lines(const std::string& file) {
  auto input = TRY(stream::Input::open(file));
  std::vector<char> block(kBlock);
  for (int64_t lines = 0;;) {
    auto read = TRY(input.read(block.data(), block.size(), -1));
    if (read.got == stream::Input::Got::end) return lines;
    lines += std::count(block.data(), block.data() + read.size, '\n');
  }
}

Result<ResumePoint> fetch_point(Store& store, const std::string& path) {
  const auto file = TRY(store.fetch(path));
  const auto text = TRY(stream::read_whole(file));
  if (const auto point = ResumePoint::parse(text)) return *point;
  return Error{"'" + path + "' does not say where to go on",
               "it is " + std::string(trimmed(ResumePoint{17, true}.text(), "\n")) +
                   ", where records before offset 17 are in objects"};
}

/// The way on is an object: of a topic whose last object says where it ends an empty one, whose
/// name says it, and it stays as a mark of the gap.
Error out_of_range(const std::string& of, int64_t next, Consumer::Offsets has,
                   const std::string& what, const std::string& way_on) {
  return {of + ": offset " + std::to_string(next) + ", where " + what +
              ", is out of range: the partition has " + std::to_string(has.low) + " to " +
              std::to_string(has.high),
          next < has.low
              ? "Kafka has deleted the records between; to go on without them, put " + way_on
              : "the topic was made anew: write its records to another place"};
}

Error unknown_end(const ObjectLayout& layout, const std::string& topic, int32_t partition,
                  const std::string& object) {
  const auto example = ResumePoint{17, true}.text();
  return {where(topic, partition) + ": nothing says up to which offset there are objects, as '" +
              object + "'",
          "put an object " + layout.offsets_path(topic, partition) + " of " +
              std::string(trimmed(example, "\n")) + " to go on at offset 17"};
}

}  // namespace

std::string ResumePoint::text() const {
  std::string text = "{";
  json::Writer writer(text);
  writer.member("next_offset", next_offset);
  writer.member("interleaved", interleaved);
  return text + "}\n";
}

std::optional<ResumePoint> ResumePoint::parse(std::string_view text) {
  json::Object object;
  if (!object.read(trimmed(text, " \t\r\n"))) return std::nullopt;
  const auto next = object.integer("next_offset");
  const auto* interleaved = object.find("interleaved");
  if (!next || *next < 0 || interleaved == nullptr || interleaved->kind != json::Kind::boolean)
    return std::nullopt;
  return ResumePoint{*next, interleaved->value == "true"};
}

Result<std::map<int32_t, PartitionObjects>> find_objects(Store& store, const ObjectLayout& layout,
                                                         const std::string& topic) {
  std::map<int32_t, PartitionObjects> found;
  std::vector<std::pair<int32_t, std::string>> points;
  TRY(store.list(layout.offsets_folder(topic), [&](std::string_view path) {
    if (const auto partition = layout.parse_offsets(topic, path))
      points.emplace_back(*partition, path);
  }));
  for (const auto& [partition, path] : points) {
    found[partition].point = TRY(fetch_point(store, path));
  }
  TRY(store.list(layout.topic_folder(topic), [&](std::string_view path) {
    const auto name = layout.parse(topic, path);
    if (!name) return;
    auto& objects = found[name->partition];
    const FoundObject object{std::string(path), name->offset};
    if (objects.point && object.offset < objects.point->next_offset) return;
    if (objects.point && objects.point->interleaved)
      objects.unfinished.emplace(object.offset, object.path);
    if (name->folder != partition_folder(name->partition) || !layout.lines_are_records)
      objects.unsure = object;
    if (!objects.last || objects.last->offset < object.offset) objects.last = object;
  }));
  return found;
}

Result<std::optional<int64_t>> resume_offset(Store& store, const ObjectLayout& layout,
                                             const std::string& topic, int32_t partition,
                                             const PartitionObjects& found, Consumer::Offsets has,
                                             bool interleaved) {
  const auto& point = found.point;
  if (!point && found.unsure) return unknown_end(layout, topic, partition, found.unsure->path);
  if (!interleaved && !found.unfinished.empty()) {
    return Error{where(topic, partition) +
                     ": a run that made objects of times ended while it put '" +
                     found.unfinished.begin()->second + "'",
                 "run once more with the options of that run (--partition-by, --time)"};
  }
  std::optional<int64_t> next;
  std::string what = "the objects end";
  ObjectName mark{topic, partition, has.low, partition_folder(partition)};
  auto mark_layout = layout;
  mark_layout.compression = Compression::none;
  std::string way_on = "an empty object " + mark_layout.path(mark);
  if (point && (point->interleaved || !found.last)) {
    next = point->next_offset;
    way_on = "an object " + layout.offsets_path(topic, partition) + " of " +
             std::string(trimmed(ResumePoint{has.low, point->interleaved}.text(), "\n"));
  } else if (found.last) {
    const auto file = TRY(store.fetch(found.last->path));
    next = found.last->offset + TRY(count_lines(file));
    what = "the last object ends";
  }
  if (next && (*next < has.low || *next > has.high))
    return out_of_range(where(topic, partition), *next, has, what, way_on);
  return next;
}

}  // namespace pinpipe::kafka
