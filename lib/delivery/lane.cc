#include "delivery/lane.h"

#include <algorithm>

namespace pinpipe::delivery {

std::string_view Batch::body() {
  const Request& request = first();
  const bool whole = pieces.size() == request.records.size() &&
                     std::ranges::all_of(pieces, [&](const Piece& piece) {
                       return piece.open == pieces.front().open;
                     });
  if (whole) return request.text(request.payload);
  std::vector<std::string_view> texts;
  for (const auto& piece : pieces) texts.push_back(piece.text());
  composed = body_of(request, texts);
  return composed;
}

void Lane::add(OpenRequest& open) {
  waiting_.push_back(&open);
  waiting_records_ += open.records;
  waiting_bytes_ += open.request.payload.size;
}

bool Lane::is_full() const {
  return limits_->linger.count() == 0 || waiting_records_ >= limits_->max_records ||
         waiting_bytes_ >= limits_->max_bytes;
}

http::TimePoint Lane::ready_at(bool more_may_come) const {
  if (!work.empty() || !more_may_come || is_full()) return not_before;
  return std::max(not_before, waiting_.front()->arrived + limits_->linger);
}

void Lane::append_waiting(Batch& batch) {
  OpenRequest* open = waiting_.front();
  waiting_.pop_front();
  waiting_records_ -= open->records;
  waiting_bytes_ -= open->request.payload.size;
  for (uint32_t i = 0; i < open->records; ++i) batch.pieces.push_back({open, i, ""});
}

Batch& Lane::next() {
  if (!work.empty()) return work.front();
  auto& batch = work.emplace_back();
  uint64_t bytes = waiting_.front()->request.payload.size;
  append_waiting(batch);
  while (limits_->linger.count() > 0 && !waiting_.empty()) {
    const auto& open = *waiting_.front();
    bytes += open.request.payload.size;
    const uint64_t records = batch.pieces.size() + open.records;
    if (!open.request.goes_with(batch.first()) || records > limits_->max_records ||
        bytes > limits_->max_bytes)
      break;
    append_waiting(batch);
  }
  return batch;
}

std::vector<Piece> Lane::take_all() {
  std::vector<Piece> pieces;
  const size_t kept = in_flight ? 1 : 0;
  for (size_t i = kept; i < work.size(); ++i)
    std::ranges::move(work[i].pieces, std::back_inserter(pieces));
  work.resize(std::min(work.size(), kept));
  Batch rest;
  while (!waiting_.empty()) append_waiting(rest);
  std::ranges::move(rest.pieces, std::back_inserter(pieces));
  return pieces;
}

}  // namespace pinpipe::delivery
