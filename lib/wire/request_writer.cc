#include "wire/request_writer.h"

#include "json/writer.h"

namespace pinpipe::wire {
namespace {

/// Closed requests of no more bytes are gathered, up to so many, and written together.
constexpr size_t kGathered = 64 * 1024;

}  // namespace

Status RequestWriter::collect(const ndjson::LineBlock<EncodeWorker>& block, stream::Output& to) {
  counts_ += block.out.counts;
  if (format_->is_of_records()) {
    requests_ += block.out.counts.all_taken();
    return write(block.out.bytes[0].view(), block.in.idle, to);
  }
  now_ = Clock::now();
  TRY(add_entries(block.out, to));
  if (block.in.idle) {
    TRY(close_waiting(block.in.rested, to));
  }
  return write_gathered(block.in.idle, to);
}

Status RequestWriter::add(const Entries& entries, const std::vector<bool>& due, bool flush,
                          stream::Output& to) {
  counts_ += entries.counts;
  now_ = Clock::now();
  TRY(add_entries(entries, to));
  for (size_t i = 0; i < open_.size(); ++i) {
    if (!due[i]) continue;
    TRY(close(i, to));
  }
  return write_gathered(flush, to);
}

/// All of them where `rested`: nobody would look again before more lines come.
Status RequestWriter::close_waiting(bool rested, stream::Output& to) {
  for (size_t i = 0; i < open_.size(); ++i) {
    if (!rested && now_ - open_[i].since < format_->linger) continue;
    TRY(close(i, to));
  }
  return {};
}

Status RequestWriter::close_all(stream::Output& to) {
  for (size_t i = 0; i < open_.size(); ++i) {
    TRY(close(i, to));
  }
  return write_gathered(true, to);
}

/// What is in the block of requests that it does not fill is copied last: the block goes.
Status RequestWriter::add_entries(const Entries& entries, stream::Output& to) {
  for (size_t i = 0; i < open_.size(); ++i) open_[i].begin_block(entries.bytes[i].view());
  for (const Entry& entry : entries.all) {
    TRY(add_entry(entry, to));
  }
  for (auto& request : open_) {
    request.bytes.append(request.take_run());
    request.begin_block({});
  }
  return {};
}

Status RequestWriter::add_entry(const Entry& entry, stream::Output& to) {
  Request& request = open_[entry.destination];
  const uint64_t with_entry = request.counted + format_->counted_comma + entry.counted;
  const size_t line = request.bytes.size() + (entry.end - request.run) +
                      format_->frames[entry.destination].close.size() - 1;
  if (request.records > 0 && (with_entry > format_->max_bytes || line > format_->max_line)) {
    TRY(close(entry.destination, to));
  }
  if (request.records == 0) {
    open(entry.destination);
  } else {
    request.counted += format_->counted_comma;
  }
  request.counted += entry.counted;
  request.taken = entry.end;
  if (++request.records < format_->max_records) return {};
  return close(entry.destination, to);
}

/// The first entry goes without the comma before it.
void RequestWriter::open(size_t destination) {
  Request& request = open_[destination];
  request.bytes.append(format_->frames[destination].open);
  request.since = now_;
  request.counted = format_->counted_frame;
  request.run = request.taken + 1;
}

Status RequestWriter::close(size_t destination, stream::Output& to) {
  Request& request = open_[destination];
  if (request.records == 0) return {};
  ++requests_;
  Status status = write_request(
      {request.bytes.view(), request.take_run(), format_->frames[destination].close}, to);
  request.bytes.clear();
  request.records = request.counted = 0;
  return status;
}

/// A large request is written from where its pieces are: to copy them would take longer than the
/// calls.
Status RequestWriter::write_request(const Pieces& pieces, stream::Output& to) {
  size_t size = 0;
  for (const auto piece : pieces) size += piece.size();
  if (gathered_.size() + size > kGathered) {
    TRY(write_gathered(false, to));
  }
  const bool large = size > kGathered;
  for (const auto piece : pieces) {
    if (!large) {
      gathered_.append(piece);
    } else
      TRY(write(piece, false, to));
  }
  return {};
}

Status RequestWriter::write_gathered(bool flush, stream::Output& to) {
  if (gathered_.empty() && !flush) return {};
  auto status = write(gathered_.view(), flush, to);
  gathered_.clear();
  return status;
}

Status RequestWriter::write(std::string_view requests, bool flush, stream::Output& to) {
  bytes_ += requests.size();
  const auto begin = Clock::now();
  auto status = to.write(requests, flush);
  const auto end = Clock::now();
  now_ = end;
  for (auto& request : open_) request.since += end - begin;
  return status;
}

std::string RequestWriter::stats() const {
  std::string text;
  json::Writer writer(text);
  writer.member("requests", requests_);
  writer.member("bytes", bytes_);
  writer.member("skipped", counts_.skipped);
  writer.member("dropped_members", counts_.dropped_members);
  writer.member("records", counts_.all_taken());
  writer.key("by_dataset");
  writer.begin_object();
  for (const auto dataset : record::kDatasets)
    writer.member(name_of(dataset), counts_.taken[index_of(dataset)]);
  writer.member("other", counts_.taken.back());
  writer.end_object();
  return text;
}

}  // namespace pinpipe::wire
