#include "delivery/destination_queue.h"

#include <algorithm>
#include <cassert>

namespace pinpipe::delivery {

std::string_view Batch::body() {
  const Request& request = first();
  const bool whole = records.size() == request.records.size() &&
                     std::ranges::all_of(records, [&](const BatchRecord& record) {
                       return record.request == records.front().request;
                     });
  if (whole) return request.text(request.payload);
  std::vector<std::string_view> texts;
  for (const auto& record : records) texts.push_back(record.text());
  composed = body_of(request, texts);
  return composed;
}

void DestinationQueue::add(InFlightRequest& in_flight) {
  waiting_.push_back(&in_flight);
  waiting_records_ += in_flight.records;
  waiting_bytes_ += in_flight.content.payload.size;
}

bool DestinationQueue::is_full() const {
  return limits_->linger.count() == 0 || waiting_records_ >= limits_->max_records ||
         waiting_bytes_ >= limits_->max_bytes;
}

http::TimePoint DestinationQueue::ready_at(bool more_may_come) const {
  assert(has_work());
  if (!work.empty() || !more_may_come || is_full()) return not_before;
  return std::max(not_before, waiting_.front()->arrived + limits_->linger);
}

void DestinationQueue::append_waiting(Batch& batch) {
  InFlightRequest* in_flight = waiting_.front();
  waiting_.pop_front();
  waiting_records_ -= in_flight->records;
  waiting_bytes_ -= in_flight->content.payload.size;
  for (uint32_t i = 0; i < in_flight->records; ++i) batch.records.push_back({in_flight, i, ""});
}

Batch& DestinationQueue::next() {
  assert(has_work());
  if (!work.empty()) return work.front();
  auto& batch = work.emplace_back();
  uint64_t bytes = waiting_.front()->content.payload.size;
  append_waiting(batch);
  while (limits_->linger.count() > 0 && !waiting_.empty()) {
    const auto& in_flight = *waiting_.front();
    bytes += in_flight.content.payload.size;
    const uint64_t records = batch.records.size() + in_flight.records;
    if (!in_flight.content.goes_with(batch.first()) || records > limits_->max_records ||
        bytes > limits_->max_bytes)
      break;
    append_waiting(batch);
  }
  return batch;
}

std::vector<BatchRecord> DestinationQueue::take_all() {
  std::vector<BatchRecord> records;
  const size_t kept = is_busy ? 1 : 0;
  for (size_t i = kept; i < work.size(); ++i)
    std::ranges::move(work[i].records, std::back_inserter(records));
  work.resize(std::min(work.size(), kept));
  Batch rest;
  while (!waiting_.empty()) append_waiting(rest);
  std::ranges::move(rest.records, std::back_inserter(records));
  return records;
}

// ---- schedule ----

void Schedule::put(DestinationQueue& destination, Place& place, http::TimePoint at,
                   http::TimePoint now) {
  remove(place);
  // A time that has passed is as good as now: else a destination could stay before all others.
  place = {std::max(at, now), number_++};
  destinations_.emplace(*place, &destination);
}

void Schedule::remove(Place& place) {
  if (place) destinations_.erase(*place);
  place.reset();
}

DestinationQueue* Schedule::first(http::TimePoint now) const {
  return destinations_.empty() || destinations_.begin()->first.first > now
             ? nullptr
             : destinations_.begin()->second;
}

std::optional<http::TimePoint> Schedule::next_time() const {
  if (destinations_.empty()) return std::nullopt;
  return destinations_.begin()->first.first;
}

}  // namespace pinpipe::delivery
