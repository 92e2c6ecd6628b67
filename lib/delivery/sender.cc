#include "delivery/sender.h"

#include <algorithm>
#include <utility>

namespace pinpipe::delivery {
namespace {

// When a person is told that there are failures, though what failed is sent again.
constexpr unsigned kFailuresToTell = 4;
constexpr Milliseconds kWaitToTell{5000};

/// Topics and streams of one name are two destinations.
std::string lane_key(const Request& request) {
  return std::string(facts(request.shape).destination) + ' ' + request.destination;
}

/// Calls `visit` once for each request that has pieces in `batch`. Those of one stand together.
template <class Visit>
void each_request(const Batch& batch, Visit visit) {
  OpenRequest* last = nullptr;
  for (const auto& piece : batch.pieces) {
    if (piece.open != last) visit(*piece.open);
    last = piece.open;
  }
}

}  // namespace

Sender::Sender(RequestQueue& queue, const Endpoint& endpoint, Transport& transport,
               SenderOptions options, SenderHooks hooks)
    : queue_(queue),
      endpoint_(endpoint),
      transport_(transport),
      options_(std::move(options)),
      hooks_(std::move(hooks)),
      ledger_(options_.offsets) {}

Account Sender::run() {
  for (;;) {
    heed_signals();
    accept();
    if (stopping_) abandon_waiting();
    start_ready();
    write_reports();
    if (queue_.at_end() && ledger_.empty()) break;
    for (const auto& arrival : transport_.wait(time_to_next())) {
      const auto flight = flying_.extract(arrival.id);
      if (!flight.empty()) settle(*flight.mapped(), arrival.reply);
    }
  }
  if (not_sent_ > 0) hooks_.tell(counted_records(not_sent_) + " not sent: " + stopped_by_);
  if (auto status = queue_.status(); !status.ok()) account_.errors.push_back(status.error());
  if (keep_error_) {
    account_.errors.push_back(
        {keep_error_->what + ": " + counted_records(account_.lost) + " lost", keep_error_->hint});
  }
  return account_;
}

void Sender::heed_signals() {
  while (const auto signal = hooks_.stop_signal()) {
    if (!std::exchange(signalled_, true)) {
      stop("stopped by " + *signal, std::nullopt);
      continue;
    }
    transport_.cancel_all();
    for (auto& [id, lane] : flying_) {
      lane->in_flight = false;
      for (auto& piece : lane->work.front().pieces)
        piece.reason = "stopped by " + *signal + " before a reply came";
    }
    flying_.clear();
  }
}

void Sender::accept() {
  const auto now = hooks_.now();
  for (auto& request : queue_.take()) {
    auto& open = ledger_.add(std::move(request), now);
    ++account_.requests;
    account_.records += open.records;
    const auto key = lane_key(open.request);
    const auto at =
        lanes_.try_emplace(key, options_.batches, options_.retry, options_.seed + lanes_.size());
    at.first->second.add(open);
  }
}

void Sender::abandon_waiting() {
  for (auto& [key, lane] : lanes_) {
    if (!lane.has_work()) continue;
    auto pieces = lane.take_all();
    for (auto& piece : pieces) {
      if (piece.reason.empty()) piece.reason = not_sent();
    }
    give_up(std::move(pieces));
  }
}

void Sender::start_ready() {
  const auto now = hooks_.now();
  const bool more_may_come = !queue_.at_end();
  const auto behind_last = lanes_.upper_bound(last_started_);
  auto at = behind_last;
  for (size_t i = lanes_.size(); i > 0 && flying_.size() < options_.parallel && !stopping_; --i) {
    if (at == lanes_.end()) at = lanes_.begin();
    Lane& lane = at->second;
    if (!lane.in_flight && !lane.has_work() && lane.backoff.is_fresh()) {
      at = lanes_.erase(at);
      continue;
    }
    if (!lane.in_flight && lane.has_work() && lane.ready_at(more_may_come) <= now) {
      last_started_ = at->first;
      start(lane);
    }
    ++at;
  }
}

void Sender::start(Lane& lane) {
  Batch& batch = lane.next();
  auto http = endpoint_.http_request(batch.first(), batch.body());
  if (!http.ok()) return stop(http.error().what, http.error());
  const auto now = hooks_.now();
  if (batch.first_sent) ++account_.retries;
  if (!batch.first_sent) batch.first_sent = now;
  ++account_.attempts;
  each_request(batch, [&](OpenRequest& open) {
    ++open.attempts;
    if (!open.first_sent) open.first_sent = now;
  });
  lane.in_flight = true;
  flying_[++next_id_] = &lane;
  transport_.start(next_id_, http.value());
}

void Sender::write_reports() {
  std::string lines;
  queue_.release(ledger_.take_reports(lines));
  if (lines.empty() || account_.report_error) return;
  const auto status = hooks_.report(lines);
  if (status.ok()) return;
  account_.report_error = status.error();
  stop("reports cannot be written", std::nullopt);
}

/// How long to wait for replies only; nothing: until one comes, or more to send.
std::optional<Milliseconds> Sender::time_to_next() const {
  const auto now = hooks_.now();
  const bool more_may_come = !queue_.at_end();
  std::optional<Milliseconds> least;
  for (const auto& [key, lane] : lanes_) {
    if (lane.in_flight || !lane.has_work()) continue;
    if (stopping_) return Milliseconds(0);
    if (flying_.size() >= options_.parallel) continue;
    // Rounded up: a moment too early would find nothing to do.
    const auto wait = std::chrono::ceil<Milliseconds>(lane.ready_at(more_may_come) - now);
    least = std::max(Milliseconds(0), std::min(wait, least.value_or(wait)));
  }
  return least;
}

void Sender::stop(const std::string& why, std::optional<Error> error) {
  if (stopped_by_.empty()) stopped_by_ = why;
  if (error && !stopping_) account_.errors.push_back(std::move(*error));
  stopping_ = true;
  queue_.stop();
}

// ---- replies --------------------------------------------------------------------------------

void Sender::settle(Lane& lane, const HttpReply& reply) {
  lane.in_flight = false;
  Batch batch = std::move(lane.work.front());
  lane.work.pop_front();
  batch.composed = {};
  each_request(batch, [&](OpenRequest& open) { open.status = reply.status; });

  auto judgement = judge(facts(batch.first().shape).dialect, batch.pieces.size(), reply);
  judgement.reason = options_.secrets.hidden_in(judgement.reason);
  const bool whole = judgement.records.empty();
  if (whole && judgement.all == Fate::too_large && batch.pieces.size() > 1 && !stopping_)
    return split(lane, std::move(batch));

  const size_t sent = batch.pieces.size();
  const std::string name = shown_destination(batch.first());
  batch.pieces = decide(batch, judgement);
  const bool progress = batch.pieces.size() < sent;
  if (progress) {
    lane.backoff.progress();
    outage_told_ = false;
  }
  if (whole && judgement.all == Fate::stop) {
    stop(judgement.reason,
         Error{"cannot deliver to " + name + ": " + judgement.reason, judgement.hint});
  }
  if (!batch.pieces.empty()) again(lane, std::move(batch), progress, judgement);
}

void Sender::split(Lane& lane, Batch batch) {
  lane.backoff.progress();
  const auto middle = batch.pieces.begin() + static_cast<std::ptrdiff_t>(batch.pieces.size() / 2);
  Batch second;
  second.first_sent = batch.first_sent;
  second.pieces.assign(std::make_move_iterator(middle),
                       std::make_move_iterator(batch.pieces.end()));
  batch.pieces.erase(middle, batch.pieces.end());
  lane.work.push_front(std::move(second));
  lane.work.push_front(std::move(batch));
}

/// Delivers and gives up what the reply decides. Returns the rest, which is to be sent again.
std::vector<Piece> Sender::decide(Batch& batch, const Judgement& judgement) {
  std::vector<Piece> undecided, failed;
  for (size_t i = 0; i < batch.pieces.size(); ++i) {
    auto& piece = batch.pieces[i];
    const bool whole = judgement.records.empty();
    const Fate fate = whole ? judgement.all : judgement.records[i].fate;
    if (fate == Fate::delivered) {
      deliver(piece, judgement.records[i].text);
      continue;
    }
    piece.reason = whole ? judgement.reason : options_.secrets.hidden_in(judgement.records[i].text);
    if (fate == Fate::stop && !whole) {
      stop(piece.reason, Error{"cannot deliver to " + shown_destination(piece.open->request) +
                                   ": " + piece.reason,
                               ""});
    }
    (fate == Fate::retry ? undecided : failed).push_back(std::move(piece));
  }
  give_up(std::move(failed));
  return undecided;
}

void Sender::again(Lane& lane, Batch batch, bool progress, const Judgement& judgement) {
  if (stopping_) return give_up(std::move(batch.pieces));
  const auto now = hooks_.now();
  const auto since = std::chrono::duration_cast<Milliseconds>(now - *batch.first_sent);
  const auto wait = progress ? lane.backoff.progressed(since, judgement.retry_after)
                             : lane.backoff.failed(since, judgement.retry_after);
  if (wait) {
    tell_outage(batch, lane.backoff.failures(), *wait);
    lane.not_before = now + *wait;
    lane.work.push_front(std::move(batch));
  } else {
    lane.not_before = now + lane.backoff.pause(judgement.retry_after);
    give_up(std::move(batch.pieces));
  }
}

/// Once until something gets through, however many destinations have the same trouble.
void Sender::tell_outage(const Batch& batch, unsigned failures, Milliseconds wait) {
  const bool waits_long = failures <= 1 && wait >= kWaitToTell;
  if (failures != kFailuresToTell && !waits_long) return;
  if (std::exchange(outage_told_, true)) return;
  hooks_.tell(shown_destination(batch.first()) + ": still trying: " + batch.pieces.front().reason);
}

}  // namespace pinpipe::delivery
