#include "wire/kinesis_api.h"

#include "json/object.h"
#include "json/string.h"
#include "wire/fields.h"

namespace pinpipe::wire {
namespace {

using json::Element;
using json::Object;

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
  return shard;
}

}  // namespace

std::optional<ShardPage> read_shard_page(std::string_view body) {
  Object reply;
  std::vector<Element> shards;
  if (!reply.read(body) || !reply.list("Shards", shards)) return std::nullopt;
  ShardPage page;
  Object one;
  for (const auto& element : shards) {
    auto shard = one.read(element.value) ? read_shard(one) : std::nullopt;
    if (!shard) return std::nullopt;
    page.shards.push_back(std::move(*shard));
  }
  page.next = reply.text({kinesis_field::kNextToken});
  return page;
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

std::string stream_arguments(const std::string& stream, const std::string& more) {
  const std::string_view key = stream.starts_with("arn:")
                                   ? kKeyOf<kinesis_field::kStreamArn>.view()
                                   : kKeyOf<kinesis_field::kStreamName>.view();
  return "{" + std::string(key) + json::quoted(stream) + (more.empty() ? "" : ",") + more + "}";
}

}  // namespace pinpipe::wire
