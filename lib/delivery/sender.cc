#include "delivery/sender.h"

#include <algorithm>
#include <utility>

#include "delivery/reply.h"

namespace pinpipe::delivery {
namespace {

// When a person is told that there are failures, though what failed is sent again.
constexpr unsigned kFailuresToTell = 4;
constexpr http::Milliseconds kWaitToLog{5000};
// … and that nothing is heard, of what is under way.
constexpr http::Milliseconds kQuietToLog{8000};
// Tries of records whose neighbours passed, where nobody knows whether more can help.
constexpr unsigned kMaxDoubts = 3;
constexpr const char* kNoSuchTopic = "no such topic";

/// Topics and streams of one name are two destinations.
std::string destination_key(const Request& request) {
  return std::string(wire::row_of(request.protocol).destination()) + ' ' + request.destination;
}

/// Whether all of a request was refused, though a part of it may pass.
bool is_about_all(const ReplyOutcome& replied) {
  return replied.records.empty() &&
         (replied.all == Outcome::too_large || replied.all == Outcome::refused_whole);
}

bool may_yet_pass(Outcome outcome) {
  return outcome == Outcome::retry || outcome == Outcome::doubtful || outcome == Outcome::ask_topic;
}

/// Whether `outcome` is that of any record.
bool has(const ReplyOutcome& replied, Outcome outcome) {
  if (replied.records.empty()) return replied.all == outcome;
  return std::ranges::any_of(replied.records,
                             [&](const auto& record) { return record.outcome == outcome; });
}

/// Calls `visit` once for each request that has records in `batch`. Those of one stand together.
template <class Visit>
void each_request(const Batch& batch, Visit visit) {
  InFlightRequest* last = nullptr;
  for (const auto& record : batch.records) {
    if (record.request != last) visit(*record.request);
    last = record.request;
  }
}

}  // namespace

Sender::Sender(RequestQueue& queue, Carrier& carrier, SenderOptions options, SenderHooks hooks)
    : queue_(queue),
      carrier_(carrier),
      options_(std::move(options)),
      hooks_(std::move(hooks)),
      in_flight_(options_.offsets) {}

DeliveryStats Sender::run() {
  for (;;) {
    poll_signals();
    accept();
    if (stopping_) abandon_waiting();
    start_ready();
    log_quiet();
    write_reports();
    if (queue_.at_end() && in_flight_.empty()) break;
    for (auto& arrival : carrier_.wait(time_to_next())) {
      const auto flight = flying_.extract(arrival.id);
      if (!flight.empty()) settle(*flight.mapped(), std::move(arrival));
    }
  }
  if (not_sent_ > 0) hooks_.log(counted_records(not_sent_) + " not sent: " + stopped_by_);
  if (auto status = queue_.status(); !status.ok()) stats_.errors.push_back(status.error());
  if (keep_error_) {
    stats_.errors.push_back(
        {keep_error_->what + ": " + counted_records(stats_.lost) + " lost", keep_error_->hint});
  }
  return stats_;
}

void Sender::poll_signals() {
  while (const auto signal = hooks_.stop_signal()) {
    if (!std::exchange(signalled_, true)) {
      stop("stopped by " + *signal, std::nullopt);
      continue;
    }
    carrier_.cancel_all();
    for (auto& [id, destination] : flying_) {
      destination->is_busy = false;
      schedule(*destination);
      for (auto& record : destination->work.front().records)
        record.reason = "stopped by " + *signal + " before a reply came";
    }
    flying_.clear();
  }
}

void Sender::accept() {
  const auto now = hooks_.now();
  for (auto& request : queue_.take()) {
    auto& in_flight = in_flight_.add(std::move(request), now);
    ++stats_.requests;
    stats_.records += in_flight.records;
    auto key = destination_key(in_flight.content);
    const auto [at, is_new] = destinations_.try_emplace(key, options_.batches, options_.retry,
                                                        options_.seed + destinations_made_);
    auto& destination = at->second;
    if (is_new) {
      ++destinations_made_;
      destination.key = std::move(key);
    }
    destination.add(in_flight);
    schedule(destination);
  }
  if (more_may_come_ && queue_.at_end()) {
    more_may_come_ = false;
    schedule_all();
  }
}

/// Puts a destination where it can start next; it ends where nothing is left of it.
void Sender::schedule(DestinationQueue& destination) {
  schedule_.remove(destination.scheduled);
  if (destination.is_busy) return;
  if (destination.has_work()) {
    schedule_.put(destination, destination.scheduled, destination.ready_at(more_may_come_),
                  hooks_.now());
  } else if (destination.backoff.is_fresh() && !destination.asks) {
    destinations_.erase(destinations_.find(destination.key));
  }
}

void Sender::schedule_all() {
  for (auto& [key, destination] : destinations_) {
    if (destination.has_work()) schedule(destination);
  }
}

void Sender::abandon_waiting() {
  for (auto& [key, destination] : destinations_) {
    if (!destination.has_work()) continue;
    auto records = destination.take_all();
    for (auto& record : records) {
      if (record.reason.empty()) record.reason = not_sent();
    }
    schedule_.remove(destination.scheduled);
    give_up(std::move(records));
  }
}

void Sender::start_ready() {
  const auto now = hooks_.now();
  while (flying_.size() < options_.parallel && !stopping_) {
    DestinationQueue* destination = schedule_.first(now);
    if (destination == nullptr) break;
    schedule_.remove(destination->scheduled);
    start(*destination);
  }
}

void Sender::start(DestinationQueue& destination) {
  Batch& batch = destination.next();
  if (destination.asks) return ask(destination);
  const uint64_t id = ++next_id_;
  if (const auto status = carrier_.start(id, batch); !status.ok()) {
    schedule(destination);
    return stop(status.error().what, status.error());
  }
  const auto now = hooks_.now();
  if (batch.first_sent) ++stats_.retries;
  if (!batch.first_sent) batch.first_sent = now;
  ++stats_.attempts;
  each_request(batch, [&](InFlightRequest& in_flight) {
    ++in_flight.attempts;
    if (!in_flight.first_sent) in_flight.first_sent = now;
  });
  fly(id, destination);
}

void Sender::ask(DestinationQueue& destination) {
  const uint64_t id = ++next_id_;
  if (carrier_.ask(id, destination.work.front().first())) return fly(id, destination);
  destination.asks = false;
  start(destination);
}

void Sender::fly(uint64_t id, DestinationQueue& destination) {
  destination.is_busy = true;
  destination.started = hooks_.now();
  flying_[id] = &destination;
}

void Sender::write_reports() {
  std::string lines;
  queue_.release(in_flight_.take_reports(lines));
  if (lines.empty() || stats_.report_error) return;
  const auto status = hooks_.report(lines);
  if (status.ok()) return;
  stats_.report_error = status.error();
  stop("reports cannot be written", std::nullopt);
}

/// How long to wait for replies only; nothing: until one comes, or more to send.
std::optional<http::Milliseconds> Sender::time_to_next() const {
  const auto now = hooks_.now();
  std::optional<http::TimePoint> next;
  const auto at = [&](http::TimePoint time) { next = std::min(time, next.value_or(time)); };
  const auto start = schedule_.next_time();
  if (start && (stopping_ || flying_.size() < options_.parallel)) at(stopping_ ? now : *start);
  for (const auto& [id, destination] : flying_) {
    if (!outage_logged_ && !destination->quiet_logged) at(destination->started + kQuietToLog);
  }
  if (!next) return std::nullopt;
  // Rounded up: a moment too early would find nothing to do.
  return std::max(http::Milliseconds(0), std::chrono::ceil<http::Milliseconds>(*next - now));
}

void Sender::stop(const std::string& why, std::optional<Error> error) {
  if (stopped_by_.empty()) stopped_by_ = why;
  if (error && !stopping_) stats_.errors.push_back(std::move(*error));
  stopping_ = true;
  queue_.stop();
}

// ---- replies --------------------------------------------------------------------------------

void Sender::settle(DestinationQueue& destination, Carrier::Arrival arrival) {
  destination.is_busy = false;
  if (hooks_.now() - destination.started < kQuietToLog) destination.quiet_logged = false;
  if (destination.asks) {
    settle_question(destination, arrival);
  } else {
    settle_batch(destination, std::move(arrival));
  }
  schedule(destination);
}

void Sender::settle_batch(DestinationQueue& destination, Carrier::Arrival arrival) {
  Batch batch = std::move(destination.work.front());
  destination.work.pop_front();
  batch.composed = {};
  each_request(batch, [&](InFlightRequest& in_flight) { in_flight.status = arrival.status; });

  auto replied = std::move(arrival.outcome);
  replied.reason = options_.secrets->hidden_in(replied.reason);
  if (is_about_all(replied) && batch.records.size() > 1 && !stopping_)
    return split(destination, std::move(batch), replied.bad_record);

  const size_t sent = batch.records.size();
  const std::string name = shown_destination(batch.first());
  note_hint(replied);
  batch.records = decide(batch, replied);
  const bool progress = batch.records.size() < sent;
  if (progress) note_progress(destination);
  if (replied.records.empty() && replied.all == Outcome::stop) {
    stop(replied.reason, Error{"cannot deliver to " + name + ": " + replied.reason, replied.hint});
  }
  if (!batch.records.empty()) again(destination, std::move(batch), progress, replied);
}

/// After a time-out: a topic that is not there, where the proxy waits for it longer than we do, is
/// no outage.
void Sender::settle_question(DestinationQueue& destination, const Carrier::Arrival& arrival) {
  Batch batch = std::move(destination.work.front());
  destination.work.pop_front();
  if (arrival.no_topic) {  // and so is asked before each further batch
    ReplyOutcome missing;
    missing.all = Outcome::refused;
    missing.hint = hint_of_refusal(kNoSuchTopic, Outcome::refused, Service::kafka);
    note_hint(missing);
    each_request(batch, [&](InFlightRequest& in_flight) { in_flight.status = arrival.status; });
    for (auto& record : batch.records) record.reason = kNoSuchTopic;
    return give_up(std::move(batch.records));
  }
  destination.asks = false;
  if (batch.first_sent) return again(destination, std::move(batch), false, {});
  destination.work.push_front(std::move(batch));
}

/// Into halves, or into what is before, of, and behind the record that is known to be bad.
void Sender::split(DestinationQueue& destination, Batch batch, std::optional<size_t> bad_record) {
  note_progress(destination);
  const size_t size = batch.records.size();
  std::vector<size_t> cuts{0, size / 2, size};
  if (bad_record) cuts = {0, *bad_record, *bad_record + 1, size};
  for (size_t i = cuts.size() - 1; i > 0; --i) {
    if (cuts[i - 1] == cuts[i]) continue;
    auto& part = destination.work.emplace_front();
    part.first_sent = batch.first_sent;
    part.records.assign(
        std::make_move_iterator(batch.records.begin() + static_cast<std::ptrdiff_t>(cuts[i - 1])),
        std::make_move_iterator(batch.records.begin() + static_cast<std::ptrdiff_t>(cuts[i])));
  }
}

void Sender::note_progress(DestinationQueue& destination) {
  destination.backoff.progress();
  outage_logged_ = false;
}

void Sender::note_hint(const ReplyOutcome& replied) {
  const bool stops = replied.all == Outcome::stop && replied.records.empty();
  if (stats_.hint.empty() && !stops) stats_.hint = replied.hint;
}

/// Delivers and gives up what the reply decides. Returns the rest, which is to be sent again.
std::vector<BatchRecord> Sender::decide(Batch& batch, const ReplyOutcome& replied) {
  std::vector<BatchRecord> undecided, failed;
  for (size_t i = 0; i < batch.records.size(); ++i) {
    auto& record = batch.records[i];
    const bool whole = replied.records.empty();
    const Outcome outcome = whole ? replied.all : replied.records[i].outcome;
    if (outcome == Outcome::delivered) {
      deliver(record, replied.records[i].text);
      continue;
    }
    record.reason = whole ? replied.reason : options_.secrets->hidden_in(replied.records[i].text);
    if (outcome == Outcome::stop && !whole) {
      stop(record.reason, Error{"cannot deliver to " + shown_destination(record.request->content) +
                                    ": " + record.reason,
                                replied.hint});
    }
    (may_yet_pass(outcome) ? undecided : failed).push_back(std::move(record));
  }
  give_up(std::move(failed));
  return undecided;
}

void Sender::again(DestinationQueue& destination, Batch batch, bool progress,
                   const ReplyOutcome& replied) {
  if (stopping_) return give_up(std::move(batch.records));
  if (has(replied, Outcome::ask_topic)) {
    destination.asks = true;
    destination.work.push_front(std::move(batch));
    return;
  }
  const auto now = hooks_.now();
  const auto since = std::chrono::duration_cast<http::Milliseconds>(now - *batch.first_sent);
  batch.others_passed = batch.others_passed || progress;
  const bool hopeless = batch.others_passed && has(replied, Outcome::doubtful) &&
                        !has(replied, Outcome::retry) && ++batch.doubts > kMaxDoubts;
  auto wait = progress ? destination.backoff.progressed(since, replied.retry_after)
                       : destination.backoff.failed(since, replied.retry_after);
  if (wait && !hopeless) {
    log_outage(batch, destination.backoff.failures(), since + *wait);
    destination.not_before = now + *wait;
    destination.work.push_front(std::move(batch));
  } else {
    if (hopeless) destination.backoff.progress();
    destination.not_before = now + destination.backoff.pause(replied.retry_after);
    give_up(std::move(batch.records));
  }
}

/// Once until something gets through, however many destinations have the same trouble. `wait` is
/// from the first try to the next.
void Sender::log_outage(Batch& batch, unsigned failures, http::Milliseconds wait) {
  const bool waits_long = wait >= kWaitToLog && !std::exchange(batch.wait_logged, true);
  if (failures != kFailuresToTell && !waits_long) return;
  if (std::exchange(outage_logged_, true)) return;
  hooks_.log(shown_destination(batch.first()) + ": still trying: " + batch.records.front().reason);
}

/// A server that is stuck, as a proxy is whose Kafka has gone, may take until --timeout to fail.
void Sender::log_quiet() {
  if (outage_logged_) return;
  const auto now = hooks_.now();
  for (auto& [id, destination] : flying_) {
    if (destination->quiet_logged || now - destination->started < kQuietToLog) continue;
    destination->quiet_logged = outage_logged_ = true;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(kQuietToLog).count();
    return hooks_.log(shown_destination(destination->work.front().first()) + ": " +
                      carrier_.silence() + " for " + std::to_string(seconds) + " s, still waiting");
  }
}

}  // namespace pinpipe::delivery
