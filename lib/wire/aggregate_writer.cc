#include "wire/aggregate_writer.h"

#include <algorithm>
#include <utility>

#include "json/writer.h"

namespace pinpipe::wire {
namespace {

/// Bytes of data and key of an aggregate that a line of a request holds, whatever is in its key.
uint64_t most_bytes(const RequestFormat& format, size_t stream) {
  constexpr uint64_t kKeys = 2048;  // the key, escaped, the hash key, and what is around them
  const auto& frame = format.frames[stream];
  const uint64_t around = frame.open.size() + frame.close.size() + kKeys;
  const uint64_t in_line = format.max_line > around ? (format.max_line - around) / 4 * 3 : 0;
  return std::min({format.aggregation->max_bytes, format.max_bytes, in_line});
}

}  // namespace

AggregateWriter::AggregateWriter(const RequestFormat& format)
    : format_(&format), requests_(format), streams_(format.frames.size()) {
  for (size_t i = 0; i < streams_.size(); ++i) {
    streams_[i].most_bytes = most_bytes(format, i);
    const auto& parts = format.aggregation->parts[i];
    for (size_t part = 0; part < parts.size(); ++part)
      streams_[i].open.emplace_back(decimal(parts[part].middle()));
  }
}

Status AggregateWriter::collect(const ndjson::LineBlock<EncodeWorker>& block, stream::Output& to) {
  EncodeWorker::clear(closed_);
  pack(block.out);
  const auto due =
      block.in.idle ? close_waiting(block.in.rested) : std::vector<bool>(streams_.size());
  return requests_.add(closed_, due, block.in.idle, to);
}

Status AggregateWriter::close_all(stream::Output& to) {
  EncodeWorker::clear(closed_);
  for (size_t i = 0; i < streams_.size(); ++i) close_open(i);
  return requests_.add(closed_, std::vector<bool>(streams_.size(), true), true, to);
}

/// Each record has the comma before it that an entry has.
void AggregateWriter::pack(const Entries& entries) {
  closed_.counts = entries.counts;
  for (size_t i = 0; i < streams_.size(); ++i) {
    streams_[i].block = entries.bytes[i].view();
    streams_[i].taken = 0;
  }
  for (const Entry& entry : entries.all) {
    auto& stream = streams_[entry.destination];
    const size_t begin = std::exchange(stream.taken, entry.end) + 1;
    add(UserRecord::read(stream.block.substr(begin, entry.end - begin)), entry.destination);
  }
}

void AggregateWriter::add(const UserRecord& record, size_t index) {
  auto& stream = streams_[index];
  if (!stream.since) stream.since = Clock::now();
  if (stream.open_bytes > kMaxOpenBytes / streams_.size()) close_open(index);
  auto& aggregate = stream.open[record.part];
  const size_t before = aggregate.cost();
  if (!aggregate.add(record.partition_key, record.data, stream.most_bytes)) {
    close(index, aggregate);
    return add(record, index);
  }
  stream.open_bytes += aggregate.cost() - before;
}

void AggregateWriter::close(size_t index, Aggregate& aggregate) {
  ++(aggregate.records() == 1 ? alone_ : aggregates_);
  const std::string key(aggregate.partition_key());
  const size_t before = aggregate.cost();
  aggregate.take(data_);
  streams_[index].open_bytes -= before - aggregate.cost();
  auto& bytes = closed_.bytes[index];
  bytes.append(',');
  format_->aggregation->append_entry(data_, key, aggregate.explicit_hash_key(), bytes);
  closed_.all.push_back({bytes.size(), data_.size() + key.size(), static_cast<uint8_t>(index)});
}

void AggregateWriter::close_open(size_t index) {
  for (auto& aggregate : streams_[index].open) {
    if (aggregate.records() > 0) close(index, aggregate);
  }
}

/// Closes what has waited long enough, all where `rested`, and says of which streams.
std::vector<bool> AggregateWriter::close_waiting(bool rested) {
  std::vector<bool> due(streams_.size());
  const auto now = Clock::now();
  for (size_t i = 0; i < streams_.size(); ++i) {
    const auto& since = streams_[i].since;
    due[i] = since && (rested || now - *since >= format_->linger);
    if (!due[i]) continue;
    close_open(i);
    streams_[i].since.reset();
  }
  return due;
}

std::string AggregateWriter::stats() const {
  std::string text = requests_.stats() + ",";
  json::Writer writer(text);
  writer.member("aggregates", aggregates_);
  writer.member("alone", alone_);
  return text;
}

}  // namespace pinpipe::wire
