#include "payload/request_writer.h"

#include <numeric>

namespace pinpipe::payload {
namespace {

/// Closed requests that are kept in memory between writes.
constexpr size_t kKeptBytes = 1024 * 1024;

std::string member(std::string_view name, uint64_t value) {
  return "\"" + std::string(name) + "\":" + std::to_string(value);
}

}  // namespace

Status RequestWriter::collect(const ndjson::LineBlock<EncodeWorker>& block, stream::Output& to) {
  return block.in.paused ? close_all(to) : add(block.out, block.in.idle, to);
}

Status RequestWriter::add(const Entries& entries, bool flush, stream::Output& to) {
  for (const Entry& entry : entries.all) {
    add_entry(entry, entries.bytes.view().substr(entry.begin, entry.size));
    if (closed_.size() < kKeptBytes) continue;
    if (auto status = write(false, to); !status.ok()) return status;
  }
  skipped_ += entries.skipped;
  dropped_members_ += entries.dropped_members;
  return write(flush, to);
}

Status RequestWriter::close_all(stream::Output& to) {
  for (size_t i = 0; i < open_.size(); ++i) close(i);
  return write(true, to);
}

void RequestWriter::add_entry(const Entry& entry, std::string_view bytes) {
  Request& request = open_[entry.destination];
  const uint64_t with_entry = request.counted + format_->counted_comma + entry.counted;
  if (request.records > 0 && with_entry > format_->max_bytes) close(entry.destination);
  if (request.records == 0) {
    request.bytes.append(format_->frames[entry.destination].open);
    request.counted = format_->counted_frame;
  } else {
    request.bytes.append(',');
    request.counted += format_->counted_comma;
  }
  request.bytes.append(bytes);
  request.counted += entry.counted;
  ++request.records;
  ++records_[entry.kind];
  if (request.records == format_->max_records) close(entry.destination);
}

void RequestWriter::close(size_t destination) {
  Request& request = open_[destination];
  if (request.records == 0) return;
  request.bytes.append(format_->frames[destination].close);
  closed_.append(request.bytes.view());
  ++requests_;
  request.bytes.clear();
  request.records = request.counted = 0;
}

Status RequestWriter::write(bool flush, stream::Output& to) {
  if (closed_.empty() && !flush) return {};
  bytes_ += closed_.size();
  auto status = to.write(closed_.view(), flush);
  closed_.clear();
  return status;
}

uint64_t RequestWriter::records() const {
  return std::accumulate(records_.begin(), records_.end(), uint64_t{0});
}

std::string RequestWriter::stats() const {
  std::string by_dataset;
  for (const auto dataset : record::kDatasets) {
    by_dataset += member(name_of(dataset), records_[index_of(dataset)]) + ",";
  }
  by_dataset += member("other", records_.back());
  return member("requests", requests_) + "," + member("bytes", bytes_) + "," +
         member("skipped", skipped_) + "," + member("dropped_members", dropped_members_) +
         ",\"records\":{" + by_dataset + "}";
}

}  // namespace pinpipe::payload
