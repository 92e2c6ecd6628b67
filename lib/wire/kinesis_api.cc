#include "wire/kinesis_api.h"

#include "json/object.h"
#include "json/string.h"
#include "json/writer.h"
#include "wire/fields.h"

namespace pinpipe::wire {
namespace {

using json::Element;
using json::Object;

std::optional<HashRange> read_hash_range(const Object& shard) {
  const auto* range = shard.find(kinesis_field::kHashKeyRange);
  Object ends;
  if (range == nullptr || !ends.read(range->value)) return std::nullopt;
  const auto first = read_hash_key(ends.text({kinesis_field::kStartingHashKey}));
  const auto last = read_hash_key(ends.text({kinesis_field::kEndingHashKey}));
  if (!first || !last) return std::nullopt;
  return HashRange{*first, *last};
}

std::optional<Shard> read_shard(const Object& object) {
  Shard shard;
  shard.id = object.text({kinesis_field::kShardId});
  if (shard.id.empty()) return std::nullopt;
  for (const char* key : {"ParentShardId", "AdjacentParentShardId"}) {
    if (auto parent = object.text({key}); !parent.empty())
      shard.parents.push_back(std::move(parent));
  }
  const auto* range = object.find("SequenceNumberRange");
  Object numbers;
  shard.closed = range != nullptr && numbers.read(range->value) &&
                 !numbers.text({"EndingSequenceNumber"}).empty();
  shard.hash_keys = read_hash_range(object);
  return shard;
}

std::string_view key_of_stream(std::string_view stream) {
  return stream.starts_with("arn:") ? kinesis_field::kStreamArn.view()
                                    : kinesis_field::kStreamName.view();
}

}  // namespace

std::optional<ShardPage> read_shard_page(std::string_view body) {
  Object reply;
  if (!reply.read(body)) return std::nullopt;
  Object description;
  const auto* described = reply.find("StreamDescription");
  const bool is_described = described != nullptr && description.read(described->value);
  const Object& listed = is_described ? description : reply;
  std::vector<Element> shards;
  if (!listed.list(kinesis_field::kShards, shards)) return std::nullopt;
  ShardPage page;
  page.stream = listed.text({kinesis_field::kStreamName});
  Object one;
  for (const auto& element : shards) {
    auto shard = one.read(element.value) ? read_shard(one) : std::nullopt;
    if (!shard) return std::nullopt;
    page.shards.push_back(std::move(*shard));
  }
  page.next = reply.text({kinesis_field::kNextToken});
  return page;
}

std::string shard_line(const std::string& stream, const std::vector<Shard>& shards) {
  std::string line;
  json::Writer writer(line);
  writer.begin_object();
  writer.member(kinesis_field::kStreamName, stream);
  writer.key(kinesis_field::kShards);
  writer.begin_array();
  for (const auto& shard : shards) {
    if (shard.closed || !shard.hash_keys) continue;
    writer.begin_object();
    writer.member(kinesis_field::kShardId, shard.id);
    writer.key(kinesis_field::kHashKeyRange);
    writer.begin_object();
    writer.member(kinesis_field::kStartingHashKey, decimal(shard.hash_keys->first));
    writer.member(kinesis_field::kEndingHashKey, decimal(shard.hash_keys->last));
    writer.end_object();
    writer.end_object();
  }
  writer.end_array();
  writer.end_object();
  return line + "\n";
}

std::optional<RecordsPage> read_records_page(std::string_view body) {
  Object reply;
  std::vector<Element> records;
  if (!reply.read(body) || !reply.list(kinesis_field::kRecords, records)) return std::nullopt;
  RecordsPage page;
  page.records = records.size();
  page.next_iterator = reply.text({kinesis_field::kNextShardIterator});
  page.behind_ms = reply.integer(kinesis_field::kMillisBehindLatest).value_or(0);
  if (records.empty()) return page;
  Object last;
  if (!last.read(records.back().value)) return std::nullopt;
  page.last_sequence_number = last.text({kinesis_field::kSequenceNumber});
  page.last_arrival = last.number(kinesis_field::kArrival);
  if (page.last_sequence_number.empty()) return std::nullopt;
  return page;
}

std::optional<std::string> read_iterator(std::string_view body) {
  Object reply;
  if (!reply.read(body)) return std::nullopt;
  auto iterator = reply.text({kinesis_field::kShardIterator});
  return iterator.empty() ? std::nullopt : std::optional(std::move(iterator));
}

std::optional<StreamSummary> read_summary(std::string_view body) {
  Object reply;
  Object summary;
  if (!reply.read(body)) return std::nullopt;
  const auto* member = reply.find("StreamDescriptionSummary");
  if (member == nullptr || !summary.read(member->value)) return std::nullopt;
  StreamSummary found;
  found.name = summary.text({kinesis_field::kStreamName});
  found.arn = summary.text({kinesis_field::kStreamArn});
  found.status = summary.text({"StreamStatus"});
  found.open_shards = summary.integer("OpenShardCount").value_or(0);
  found.retention_hours = summary.integer("RetentionPeriodHours").value_or(0);
  Object mode;
  const auto* details = summary.find("StreamModeDetails");
  if (details != nullptr && mode.read(details->value)) found.mode = mode.text({"StreamMode"});
  return found.status.empty() ? std::nullopt : std::optional(std::move(found));
}

std::optional<StreamPage> read_stream_page(std::string_view body) {
  Object reply;
  std::vector<Element> names;
  if (!reply.read(body) || !reply.list("StreamNames", names)) return std::nullopt;
  StreamPage page;
  for (const auto& name : names) page.names.push_back(json::text_of(name.value, name.kind));
  const auto* more = reply.find("HasMoreStreams");
  page.more = more != nullptr && more->value == "true" && !page.names.empty();
  return page;
}

std::string stream_arguments(std::string_view stream) {
  return argument(key_of_stream(stream), stream);
}

std::string create_arguments(std::string_view stream, uint64_t shards) {
  std::string text;
  json::Writer writer(text);
  writer.begin_object();
  writer.member(key_of_stream(stream), stream);
  writer.member(kinesis_field::kShardCount, shards);
  writer.end_object();
  return text;
}

std::string iterator_arguments(std::string_view stream, std::string_view shard,
                               std::string_view position) {
  std::string text;
  json::Writer writer(text);
  writer.begin_object();
  writer.member(key_of_stream(stream), stream);
  writer.member(kinesis_field::kShardId, shard);
  text.append(",").append(position);
  writer.end_object();
  return text;
}

std::string argument(std::string_view name, std::string_view value) {
  std::string text;
  json::Writer writer(text);
  writer.begin_object();
  writer.member(name, value);
  writer.end_object();
  return text;
}

}  // namespace pinpipe::wire
