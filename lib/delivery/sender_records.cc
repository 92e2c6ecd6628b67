// What becomes of records: the half of Sender that keeps the account.
#include "delivery/dead_letters.h"
#include "delivery/sender.h"
#include "ndjson/rejects.h"

namespace pinpipe::delivery {

void Sender::deliver(const Piece& piece, const std::string& offset) {
  ++piece.open->delivered;
  ++account_.delivered;
  if (options_.offsets) piece.open->offsets[piece.record] = offset;
  settle_if_done(*piece.open);
}

/// Those of one request that failed for one reason make one dead letter.
void Sender::give_up(std::vector<Piece> pieces) {
  for (size_t begin = 0, end; begin < pieces.size(); begin = end) {
    const Piece& first = pieces[begin];
    std::vector<std::string_view> records;
    for (end = begin; end < pieces.size(); ++end) {
      if (pieces[end].open != first.open || pieces[end].reason != first.reason) break;
      records.push_back(pieces[end].text());
    }
    give_up(*first.open, records, first.reason);
  }
}

void Sender::give_up(OpenRequest& open, const std::vector<std::string_view>& records,
                     const std::string& reason) {
  bool kept = hooks_.keep && !keep_error_;
  if (kept) {
    std::string lines;
    for (const auto& line : dead_letters(open.request, records, reason, open.status)) lines += line;
    if (auto status = hooks_.keep(lines); !status.ok()) {
      keep_error_ = status.error();
      kept = false;
      queue_.stop();
    }
  }
  (kept ? open.dead_lettered : open.lost) += records.size();
  (kept ? account_.dead_lettered : account_.lost) += records.size();
  open.error = reason;
  if (reason == not_sent()) {
    not_sent_ += records.size();  // there may be many, for one reason: told once
  } else {
    tell_undelivered(open, records.size(), reason);
  }
  settle_if_done(open);
}

void Sender::tell_undelivered(const OpenRequest& open, size_t records, const std::string& reason) {
  if (++told_ > ndjson::RejectLog::kMostTold) return;
  hooks_.tell(shown_destination(open.request) + ": " + counted_records(records) +
              " not delivered: " + reason);
}

void Sender::settle_if_done(OpenRequest& open) {
  if (open.settled()) queue_.release(ledger_.settle(open, hooks_.now()));
}

}  // namespace pinpipe::delivery
