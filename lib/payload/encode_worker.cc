#include "payload/encode_worker.h"

#include <string>

#include "ndjson/json_string.h"
#include "payload/object_view.h"

namespace pinpipe::payload {
namespace {

using ndjson::Kind;
using ndjson::Verdict;

/// Memory that a block's entries keep; a line that needed more gives the rest back.
constexpr size_t kKeptBytes = 4 * 1024 * 1024;

}  // namespace

ndjson::Fault too_large(const FoundRecord& record, std::string_view what, uint64_t bytes,
                        std::string_view limit_name, uint64_t limit) {
  return {record.name() + ": " + std::string(what) + " of " + std::to_string(bytes) +
          " bytes, over " + std::string(limit_name) + " " + std::to_string(limit)};
}

void EncodeWorker::clear(Entries& entries) {
  entries.bytes.clear();
  entries.bytes.shrink(kKeptBytes);
  entries.all.clear();
  entries.skipped = entries.dropped_members = 0;
}

Verdict EncodeWorker::line(std::string_view line, Entries& to) {
  const size_t bytes = to.bytes.size();
  const size_t count = to.all.size();
  const uint64_t skipped = to.skipped;
  const uint64_t dropped_members = to.dropped_members;
  auto fault = append_line(line, to);
  if (fault) {
    to.bytes.truncate(bytes);
    to.all.resize(count);
    to.skipped = skipped;
    to.dropped_members = dropped_members;
  }
  return fault;
}

Verdict EncodeWorker::append_line(std::string_view line, Entries& to) {
  if (auto fault = scanner_.object(line, members_)) return fault;
  const auto records = record::find_records(members_);
  if (!records.any()) return append_other(line, to);
  if (records.is_post) {
    if (auto fault = check_post(records, to)) return fault;
  }
  return append_post(records, to);
}

/// Also for the one record of a bare line.
Verdict EncodeWorker::append_post(const record::Records& records, Entries& to) {
  for (const auto dataset : record::kDatasets) {
    if (!records[dataset].present) continue;
    if (auto fault = append_record({records[dataset], members_, dataset}, to)) return fault;
  }
  return std::nullopt;
}

Verdict EncodeWorker::append_other(std::string_view line, Entries& to) {
  if (format_->destinations.by_dataset()) return ndjson::Fault{"no record of pin, geo or user"};
  return append_record({whole_object(line, members_), members_, std::nullopt}, to);
}

Verdict EncodeWorker::append_record(const FoundRecord& record, Entries& to) {
  if (only_ && record.dataset != only_) {
    ++to.skipped;
    return std::nullopt;
  }
  Entry entry{};
  entry.begin = to.bytes.size();
  if (auto fault = encoder_->append(record, to.bytes, entry.counted)) return fault;
  entry.size = to.bytes.size() - entry.begin;
  const auto& destinations = format_->destinations;
  entry.destination =
      static_cast<uint8_t>(record.dataset ? destinations.index_for(*record.dataset) : 0);
  entry.kind = static_cast<uint8_t>(record.dataset ? index_of(*record.dataset) : kKindCount - 1);
  to.all.push_back(entry);
  return std::nullopt;
}

/// A post is taken apart, so what is no record of it would vanish: such members are counted, and
/// one that should be a record and is neither an object nor null is a fault.
Verdict EncodeWorker::check_post(const record::Records& records, Entries& to) {
  Verdict fault;
  members_.each(0, members_.size(), [&](const ndjson::Member& member, uint32_t) {
    std::string scratch;
    const auto dataset = record::dataset_named(ndjson::unescape(member.key, scratch));
    if (!dataset) {
      ++to.dropped_members;
    } else if (!records[*dataset].present && member.kind != Kind::null) {
      fault = ndjson::Fault{std::string(name_of(*dataset)) + " of the post is no object"};
    }
  });
  return fault;
}

}  // namespace pinpipe::payload
