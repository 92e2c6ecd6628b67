#include "delivery/sender.h"

#include <algorithm>
#include <utility>

#include "delivery/reply_codes.h"

namespace pinpipe::delivery {
namespace {

// When a person is told that there are failures, though what failed is sent again.
constexpr unsigned kFailuresToTell = 4;
constexpr http::Milliseconds kWaitToTell{5000};
// … and that nothing is heard, of what is under way.
constexpr http::Milliseconds kQuietToTell{8000};
// Tries of records whose neighbours passed, where nobody knows whether more can help.
constexpr unsigned kMostDoubts = 3;
constexpr const char* kNoSuchTopic = "no such topic";

/// Topics and streams of one name are two destinations.
std::string lane_key(const Request& request) {
  return std::string(facts(request.shape).destination) + ' ' + request.destination;
}

/// Whether all of a request was refused, though a part of it may pass.
bool is_about_all(const Judgement& judgement) {
  return judgement.records.empty() &&
         (judgement.all == Fate::too_large || judgement.all == Fate::refused_whole);
}

bool may_yet_pass(Fate fate) {
  return fate == Fate::retry || fate == Fate::doubtful || fate == Fate::ask_topic;
}

/// Whether `fate` is that of any record.
bool has(const Judgement& judgement, Fate fate) {
  if (judgement.records.empty()) return judgement.all == fate;
  return std::ranges::any_of(judgement.records,
                             [&](const auto& record) { return record.fate == fate; });
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

Sender::Sender(RequestQueue& queue, const Endpoint& endpoint, http::Transport& transport,
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
    tell_quiet();
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
      schedule(*lane);
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
    auto key = lane_key(open.request);
    const auto [at, is_new] =
        lanes_.try_emplace(key, options_.batches, options_.retry, options_.seed + lanes_made_);
    auto& lane = at->second;
    if (is_new) {
      ++lanes_made_;
      lane.key = std::move(key);
    }
    lane.add(open);
    schedule(lane);
  }
  if (more_may_come_ && queue_.at_end()) {
    more_may_come_ = false;
    schedule_all();
  }
}

/// Puts a lane where it can start next; it ends where nothing is left of it.
void Sender::schedule(Lane& lane) {
  schedule_.remove(lane.scheduled);
  if (lane.in_flight) return;
  if (lane.has_work()) {
    schedule_.put(lane, lane.scheduled, lane.ready_at(more_may_come_), hooks_.now());
  } else if (lane.backoff.is_fresh() && !lane.asks) {
    lanes_.erase(lanes_.find(lane.key));
  }
}

void Sender::schedule_all() {
  for (auto& [key, lane] : lanes_) {
    if (lane.has_work()) schedule(lane);
  }
}

void Sender::abandon_waiting() {
  for (auto& [key, lane] : lanes_) {
    if (!lane.has_work()) continue;
    auto pieces = lane.take_all();
    for (auto& piece : pieces) {
      if (piece.reason.empty()) piece.reason = not_sent();
    }
    schedule_.remove(lane.scheduled);
    give_up(std::move(pieces));
  }
}

void Sender::start_ready() {
  const auto now = hooks_.now();
  while (flying_.size() < options_.parallel && !stopping_) {
    Lane* lane = schedule_.first(now);
    if (lane == nullptr) break;
    schedule_.remove(lane->scheduled);
    start(*lane);
  }
}

void Sender::start(Lane& lane) {
  Batch& batch = lane.next();
  if (lane.asks) return ask(lane);
  auto http = endpoint_.http_request(batch.first(), batch.body());
  if (!http.ok()) {
    schedule(lane);
    return stop(http.error().what, http.error());
  }
  const auto now = hooks_.now();
  if (batch.first_sent) ++account_.retries;
  if (!batch.first_sent) batch.first_sent = now;
  ++account_.attempts;
  each_request(batch, [&](OpenRequest& open) {
    ++open.attempts;
    if (!open.first_sent) open.first_sent = now;
  });
  fly(lane, http.value());
}

void Sender::ask(Lane& lane) {
  if (const auto question = endpoint_.topic_question(lane.work.front().first()))
    return fly(lane, *question);
  lane.asks = false;
  start(lane);
}

void Sender::fly(Lane& lane, const http::Request& request) {
  lane.in_flight = true;
  lane.started = hooks_.now();
  flying_[++next_id_] = &lane;
  transport_.start(next_id_, request);
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
std::optional<http::Milliseconds> Sender::time_to_next() const {
  const auto now = hooks_.now();
  std::optional<http::TimePoint> next;
  const auto at = [&](http::TimePoint time) { next = std::min(time, next.value_or(time)); };
  const auto start = schedule_.next_time();
  if (start && (stopping_ || flying_.size() < options_.parallel)) at(stopping_ ? now : *start);
  for (const auto& [id, lane] : flying_) {
    if (!outage_told_ && !lane->quiet_told) at(lane->started + kQuietToTell);
  }
  if (!next) return std::nullopt;
  // Rounded up: a moment too early would find nothing to do.
  return std::max(http::Milliseconds(0), std::chrono::ceil<http::Milliseconds>(*next - now));
}

void Sender::stop(const std::string& why, std::optional<Error> error) {
  if (stopped_by_.empty()) stopped_by_ = why;
  if (error && !stopping_) account_.errors.push_back(std::move(*error));
  stopping_ = true;
  queue_.stop();
}

// ---- replies --------------------------------------------------------------------------------

void Sender::settle(Lane& lane, const http::Reply& reply) {
  lane.in_flight = false;
  if (hooks_.now() - lane.started < kQuietToTell) lane.quiet_told = false;
  if (lane.asks) {
    settle_question(lane, reply);
  } else {
    settle_batch(lane, reply);
  }
  schedule(lane);
}

void Sender::settle_batch(Lane& lane, const http::Reply& reply) {
  Batch batch = std::move(lane.work.front());
  lane.work.pop_front();
  batch.composed = {};
  each_request(batch, [&](OpenRequest& open) { open.status = reply.status; });

  auto judgement = judge(facts(batch.first().shape).dialect, batch.pieces.size(), reply);
  judgement.reason = options_.secrets->hidden_in(judgement.reason);
  if (is_about_all(judgement) && batch.pieces.size() > 1 && !stopping_)
    return split(lane, std::move(batch), judgement.bad_record);

  const size_t sent = batch.pieces.size();
  const std::string name = shown_destination(batch.first());
  note_hint(judgement);
  batch.pieces = decide(batch, judgement);
  const bool progress = batch.pieces.size() < sent;
  if (progress) note_progress(lane);
  if (judgement.records.empty() && judgement.all == Fate::stop) {
    stop(judgement.reason,
         Error{"cannot deliver to " + name + ": " + judgement.reason, judgement.hint});
  }
  if (!batch.pieces.empty()) again(lane, std::move(batch), progress, judgement);
}

/// After a time-out: a topic that is not there, where the proxy waits for it longer than we do, is
/// no outage.
void Sender::settle_question(Lane& lane, const http::Reply& reply) {
  Batch batch = std::move(lane.work.front());
  lane.work.pop_front();
  if (says_no_topic(reply)) {  // and so is asked before each further batch
    Judgement missing;
    missing.all = Fate::refused;
    missing.hint = hint_of_refusal(kNoSuchTopic, Fate::refused, Service::kafka);
    note_hint(missing);
    each_request(batch, [&](OpenRequest& open) { open.status = reply.status; });
    for (auto& piece : batch.pieces) piece.reason = kNoSuchTopic;
    return give_up(std::move(batch.pieces));
  }
  lane.asks = false;
  if (batch.first_sent) return again(lane, std::move(batch), false, {});
  lane.work.push_front(std::move(batch));
}

/// Into halves, or into what is before, of, and behind the record that is known to be bad.
void Sender::split(Lane& lane, Batch batch, std::optional<size_t> bad_record) {
  note_progress(lane);
  const size_t size = batch.pieces.size();
  std::vector<size_t> cuts{0, size / 2, size};
  if (bad_record) cuts = {0, *bad_record, *bad_record + 1, size};
  for (size_t i = cuts.size() - 1; i > 0; --i) {
    if (cuts[i - 1] == cuts[i]) continue;
    auto& part = lane.work.emplace_front();
    part.first_sent = batch.first_sent;
    part.pieces.assign(
        std::make_move_iterator(batch.pieces.begin() + static_cast<std::ptrdiff_t>(cuts[i - 1])),
        std::make_move_iterator(batch.pieces.begin() + static_cast<std::ptrdiff_t>(cuts[i])));
  }
}

void Sender::note_progress(Lane& lane) {
  lane.backoff.progress();
  outage_told_ = false;
}

void Sender::note_hint(const Judgement& judgement) {
  const bool stops = judgement.all == Fate::stop && judgement.records.empty();
  if (account_.hint.empty() && !stops) account_.hint = judgement.hint;
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
    piece.reason =
        whole ? judgement.reason : options_.secrets->hidden_in(judgement.records[i].text);
    if (fate == Fate::stop && !whole) {
      stop(piece.reason, Error{"cannot deliver to " + shown_destination(piece.open->request) +
                                   ": " + piece.reason,
                               judgement.hint});
    }
    (may_yet_pass(fate) ? undecided : failed).push_back(std::move(piece));
  }
  give_up(std::move(failed));
  return undecided;
}

void Sender::again(Lane& lane, Batch batch, bool progress, const Judgement& judgement) {
  if (stopping_) return give_up(std::move(batch.pieces));
  if (has(judgement, Fate::ask_topic)) {
    lane.asks = true;
    lane.work.push_front(std::move(batch));
    return;
  }
  const auto now = hooks_.now();
  const auto since = std::chrono::duration_cast<http::Milliseconds>(now - *batch.first_sent);
  batch.others_passed = batch.others_passed || progress;
  const bool hopeless = batch.others_passed && has(judgement, Fate::doubtful) &&
                        !has(judgement, Fate::retry) && ++batch.doubts > kMostDoubts;
  auto wait = progress ? lane.backoff.progressed(since, judgement.retry_after)
                       : lane.backoff.failed(since, judgement.retry_after);
  if (wait && !hopeless) {
    tell_outage(batch, lane.backoff.failures(), since + *wait);
    lane.not_before = now + *wait;
    lane.work.push_front(std::move(batch));
  } else {
    if (hopeless) lane.backoff.progress();
    lane.not_before = now + lane.backoff.pause(judgement.retry_after);
    give_up(std::move(batch.pieces));
  }
}

/// Once until something gets through, however many destinations have the same trouble. `wait` is
/// from the first try to the next.
void Sender::tell_outage(Batch& batch, unsigned failures, http::Milliseconds wait) {
  const bool waits_long = wait >= kWaitToTell && !std::exchange(batch.wait_told, true);
  if (failures != kFailuresToTell && !waits_long) return;
  if (std::exchange(outage_told_, true)) return;
  hooks_.tell(shown_destination(batch.first()) + ": still trying: " + batch.pieces.front().reason);
}

/// A server that is stuck, as a proxy is whose Kafka has gone, may take until --timeout to fail.
void Sender::tell_quiet() {
  if (outage_told_) return;
  const auto now = hooks_.now();
  for (auto& [id, lane] : flying_) {
    if (lane->quiet_told || now - lane->started < kQuietToTell) continue;
    lane->quiet_told = outage_told_ = true;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(kQuietToTell).count();
    return hooks_.tell(shown_destination(lane->work.front().first()) + ": no reply for " +
                       std::to_string(seconds) + " s, still waiting");
  }
}

}  // namespace pinpipe::delivery
