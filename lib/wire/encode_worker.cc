#include "wire/encode_worker.h"

#include <string>
#include <tuple>

#include "json/object.h"

namespace pinpipe::wire {
namespace {

/// Memory that a block's entries to one destination keep; a line that needed more gives the rest
/// back.
constexpr size_t kKeptEntryBytes = 1024 * 1024;

/// Goes back to how the entries were at the start: one bad record is a bad line.
class EntriesMark {
 public:
  explicit EntriesMark(const Entries& entries)
      : sizes_{entries.bytes[0].size(), entries.bytes[1].size(), entries.bytes[2].size()},
        count_(entries.all.size()),
        counts_(entries.counts) {}

  void rewind(Entries& entries) const {
    for (size_t i = 0; i < sizes_.size(); ++i) entries.bytes[i].truncate(sizes_[i]);
    entries.all.resize(count_);
    entries.counts = counts_;
  }

 private:
  std::array<size_t, std::tuple_size_v<decltype(Entries::bytes)>> sizes_;
  size_t count_;
  RecordCounts counts_;
};

}  // namespace

RecordCounts& RecordCounts::operator+=(const RecordCounts& more) {
  for (size_t i = 0; i < taken.size(); ++i) taken[i] += more.taken[i];
  skipped += more.skipped;
  dropped_members += more.dropped_members;
  return *this;
}

Error too_large(const FoundRecord& record, std::string_view what, uint64_t bytes,
                std::string_view limit_name, uint64_t limit) {
  return {record.name() + ": " + std::string(what) + " of " + std::to_string(bytes) +
          " bytes, over " + std::string(limit_name) + " " + std::to_string(limit)};
}

void EncodeWorker::clear(Entries& entries) {
  for (auto& bytes : entries.bytes) {
    bytes.clear();
    bytes.shrink(kKeptEntryBytes);
  }
  entries.all.clear();
  entries.counts = {};
}

size_t EncodeWorker::made(const Entries& entries) {
  size_t bytes = entries.all.size() * sizeof(Entry);
  for (const auto& part : entries.bytes) bytes += part.size();
  return bytes;
}

void EncodeWorker::give_back() {
  scanner_.give_back();
  members_.give_back();
  post_ = {};
  encoder_ = format_->make_encoder();  // it has no state but memory
}

Status EncodeWorker::line(std::string_view line, Entries& to) {
  const EntriesMark mark(to);
  auto status = append_line(line, to);
  if (!status.ok()) mark.rewind(to);
  return status;
}

Status EncodeWorker::append_line(std::string_view line, Entries& to) {
  TRY(scanner_.object(line, members_));
  auto records = record::find_records(members_);
  if (records.form == record::Form::other) return append_other(to);
  if (records.form == record::Form::joined) {
    if (!format_->destinations.by_dataset()) return append_other(to);
    post_.clear();
    TRY(record::take_apart(scanner_, members_, records, post_));
  }
  if (records.is_post()) {
    TRY(check_post(records, to));
  }
  return append_post(records, to);
}

/// Also for the one record of a bare line.
Status EncodeWorker::append_post(const record::Records& records, Entries& to) {
  for (const auto dataset : record::kDatasets) {
    if (!records[dataset].present) continue;
    TRY(append_record({records[dataset], members_, dataset}, to));
  }
  return {};
}

Status EncodeWorker::append_other(Entries& to) {
  if (format_->destinations.by_dataset()) return record::unrecognised(members_);
  return append_record({whole_object(members_), members_, std::nullopt}, to);
}

Status EncodeWorker::append_record(const FoundRecord& record, Entries& to) {
  if (only_ && record.dataset != only_) {
    ++to.counts.skipped;
    return {};
  }
  ++to.counts.taken[record.dataset ? index_of(*record.dataset) : kKindCount - 1];
  const size_t destination = record.dataset ? format_->destinations.index_for(*record.dataset) : 0;
  return format_->is_of_records() ? append_request(record, destination, to)
                                  : append_entry(record, destination, to);
}

Status EncodeWorker::append_request(const FoundRecord& record, size_t destination, Entries& to) {
  auto& bytes = to.bytes[0];
  const auto& frame = format_->frames[destination];
  const size_t begin = bytes.size();
  uint64_t counted = 0;
  bytes.append(frame.open);
  auto status = encoder_->append(record, bytes, counted);
  bytes.append(frame.close);
  const size_t size = bytes.size() - begin - 1;
  if (size > format_->max_line && status.ok()) [[unlikely]]
    return too_long(record, size);
  return status;
}

Status EncodeWorker::append_entry(const FoundRecord& record, size_t destination, Entries& to) {
  auto& bytes = to.bytes[destination];
  const auto& frame = format_->frames[destination];
  const size_t begin = bytes.size();
  uint64_t counted = 0;
  bytes.append(',');
  TRY(encoder_->append(record, bytes, counted));
  const size_t entry = format_->aggregation ? encoder_->alone_size() : bytes.size() - begin - 1;
  const size_t alone = frame.open.size() + entry + frame.close.size() - 1;
  if (alone > format_->max_line) [[unlikely]]
    return too_long(record, alone);
  to.all.push_back({bytes.size(), counted, static_cast<uint8_t>(destination)});
  return {};
}

/// `size` is that of the line of a request with nothing but `record`.
Error EncodeWorker::too_long(const FoundRecord& record, uint64_t size) const {
  return too_large(record, "request", size, "--max-line", format_->max_line);
}

/// A post is taken apart, so what is no record of it would vanish: members of other names are
/// counted, and one that should be a record and is none is a fault.
Status EncodeWorker::check_post(const record::Records& records, Entries& to) {
  for (const auto dataset : record::kDatasets) {
    TRY(record::misfit(dataset, members_, records));
  }
  members_.each(0, members_.size(), [&](const json::Member& member, uint32_t) {
    to.counts.dropped_members +=
        record::dataset_index_of(member) == record::kDatasets.size() ? 1 : 0;
  });
  return {};
}

}  // namespace pinpipe::wire
