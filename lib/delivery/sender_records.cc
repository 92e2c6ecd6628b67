// What becomes of records: the half of Sender that keeps the delivery stats.
#include "delivery/dead_letters.h"
#include "delivery/sender.h"
#include "ndjson/rejects.h"

namespace pinpipe::delivery {

void Sender::deliver(const BatchRecord& record, const std::string& offset) {
  ++record.request->delivered;
  ++stats_.delivered;
  if (options_.offsets) record.request->offsets[record.index] = offset;
  settle_if_done(*record.request);
}

/// Those of one request that failed for one reason make one dead letter.
void Sender::give_up(std::vector<BatchRecord> records) {
  for (size_t begin = 0, end; begin < records.size(); begin = end) {
    const BatchRecord& first = records[begin];
    std::vector<std::string_view> texts;
    for (end = begin; end < records.size(); ++end) {
      if (records[end].request != first.request || records[end].reason != first.reason) break;
      texts.push_back(records[end].text());
    }
    give_up(*first.request, texts, first.reason);
  }
}

void Sender::give_up(InFlightRequest& in_flight, const std::vector<std::string_view>& records,
                     const std::string& reason) {
  bool kept = hooks_.keep && !keep_error_;
  if (kept) {
    std::string lines;
    for (const auto& line : dead_letters(in_flight.content, records, reason, in_flight.status))
      lines += line;
    if (auto status = hooks_.keep(lines); !status.ok()) {
      keep_error_ = status.error();
      kept = false;
      queue_.stop();
    }
  }
  (kept ? in_flight.dead_lettered : in_flight.lost) += records.size();
  (kept ? stats_.dead_lettered : stats_.lost) += records.size();
  in_flight.error = reason;
  if (reason == not_sent()) {
    not_sent_ += records.size();  // there may be many, for one reason: told once
  } else {
    log_undelivered(in_flight, records.size(), reason);
  }
  settle_if_done(in_flight);
}

void Sender::log_undelivered(const InFlightRequest& in_flight, size_t records,
                             const std::string& reason) {
  if (++logged_ > ndjson::RejectLog::kMaxLogged) return;
  hooks_.log(shown_destination(in_flight.content) + ": " + counted_records(records) +
             " not delivered: " + reason);
}

void Sender::settle_if_done(InFlightRequest& in_flight) {
  if (in_flight.settled()) queue_.release(in_flight_.settle(in_flight, hooks_.now()));
}

}  // namespace pinpipe::delivery
