#include "query/windows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "record/values.h"

namespace pinpipe::query {
namespace {

constexpr int64_t kSecond = 1'000'000;

/// Towards the past, also before 1970.
int64_t floored(int64_t value, int64_t step) {
  const int64_t rest = value % step;
  return value - (rest < 0 ? rest + step : rest);
}

}  // namespace

std::string time_text(int64_t time_us) {
  const int64_t seconds = floored(time_us, kSecond) / kSecond;
  const int64_t second = floored(seconds, record::kDaySeconds);
  const int64_t of_day = seconds - second;
  record::Timestamp time{0, 0, 0, int(of_day / 3600), int(of_day / 60 % 60), int(of_day % 60), {}};
  record::civil_from_days(second / record::kDaySeconds, time.year, time.month, time.day);
  std::string fraction = std::to_string(time_us - seconds * kSecond + kSecond).substr(1);
  if (fraction.find_first_not_of('0') != std::string::npos) time.fraction = fraction;
  const std::string text = record::text_of(time);
  // A window may end behind the last of four digits, and begin before the first.
  const bool has_four_digits = 0 <= time.year && time.year <= 9999;
  return has_four_digits ? text : fmt::format("{:04}", time.year) + text.substr(4);
}

Windows::Windows(const Program& program, std::optional<WindowSpan> span, int64_t late_us,
                 MemoryCeiling ceiling)
    : program_(&program), span_(span), late_us_(late_us), ceiling_(ceiling) {
  assert(!span || (span->step_us > 0 && span->size_us % span->step_us == 0));
  if (!span)
    panes_[0] = std::make_unique<Kept>(program);  // which is answered even if nothing comes
}

int64_t Windows::pane_of(int64_t time_us) const {
  return span_ ? floored(time_us, span_->step_us) : 0;
}

int64_t Windows::watermark() const { return greatest_ == kNever ? kNever : greatest_ - late_us_; }

/// The pane's own window is the last one that it is part of.
std::optional<int64_t> Windows::late_by(int64_t time_us) const {
  if (!span_ || pane_of(time_us) >= closed_before_) return std::nullopt;
  return greatest_ - time_us;
}

Status Windows::add(const ExtractedBatch& batch, size_t begin, size_t count, int64_t time_us) {
  assert(!late_by(time_us));
  auto& kept = panes_[pane_of(time_us)];
  if (!kept) kept = std::make_unique<Kept>(*program_);
  TRY(ceiling_.check(kept->pane, memory_ - kept->memory, batch));
  kept->pane.add(batch, begin, count);
  memory_ -= kept->memory;
  kept->memory = kept->pane.memory();
  memory_ += kept->memory;
  return {};
}

/// The start of the first window that is open and has a pane.
std::optional<int64_t> Windows::first_open() const {
  if (panes_.empty()) return std::nullopt;
  if (!span_) return 0;
  return std::max(panes_.begin()->first - span_->size_us + span_->step_us, closed_before_);
}

Status Windows::advance(int64_t time_us, const OnWindow& on_close) {
  greatest_ = std::max(greatest_, time_us);
  if (!span_) return {};
  for (auto start = first_open(); start && *start + span_->size_us <= watermark();
       start = first_open()) {
    TRY(close(*start, on_close));
  }
  closed_before_ = std::max(closed_before_,
                            floored(watermark() - span_->size_us, span_->step_us) + span_->step_us);
  return {};
}

Status Windows::close_all(const OnWindow& on_close) {
  if (!span_) {
    auto window = TRY(last_of(0));
    return on_close(std::move(window));
  }
  for (auto start = first_open(); start; start = first_open()) TRY(close(*start, on_close));
  return {};
}

Status Windows::close(int64_t start_us, const OnWindow& on_close) {
  auto window = TRY(last_of(start_us));
  TRY(on_close(std::move(window)));
  closed_before_ = start_us + span_->step_us;
  const auto forgotten = panes_.find(start_us);
  if (forgotten == panes_.end()) return {};
  forgotten_.add(forgotten->second->pane.counts());
  memory_ -= forgotten->second->memory;
  panes_.erase(forgotten);
  return {};
}

Result<Windows::Window> Windows::window_at(int64_t start_us) const {
  if (!span_) {
    return Window{std::nullopt, greatest_, false,
                  TRY(panes_.begin()->second->pane.answers(room()))};
  }
  Window window{start_us, start_us + span_->size_us, false, {}};
  const auto begin = panes_.lower_bound(start_us);
  const auto end = panes_.lower_bound(window.end_us);
  if (begin != end && std::next(begin) == end) {
    window.answers = TRY(begin->second->pane.answers(room()));
    return window;
  }
  Folds folds(*program_);
  for (auto at = begin; at != end; ++at) at->second->pane.fold_into(folds);
  window.answers = TRY(folds.answers(room()));
  return window;
}

/// What closes. A pane that is in no other window that is open need not be kept as it is.
Result<Windows::Window> Windows::last_of(int64_t start_us) {
  const bool is_alone = !span_ || span_->size_us == span_->step_us;
  if (!is_alone) {
    auto window = TRY(window_at(start_us));
    window.is_final = true;
    return window;
  }
  const int64_t end_us = span_ ? start_us + span_->size_us : greatest_;
  return Window{span_ ? std::optional(start_us) : std::nullopt, end_us, true,
                TRY(panes_.at(start_us)->pane.last_answers(room()))};
}

/// The starts of the windows that are open and have a pane.
std::vector<int64_t> Windows::open_windows() const {
  std::vector<int64_t> starts;
  auto start = first_open();
  while (start) {
    starts.push_back(*start);
    if (!span_) break;
    const auto next = panes_.lower_bound(*start + span_->step_us);
    if (next == panes_.end()) break;
    start = std::max(*start + span_->step_us, next->first - span_->size_us + span_->step_us);
  }
  return starts;
}

/// Those that reach to the newest pane have each the panes of the next one, and some before: from
/// the last window on, these are merged once.
Status Windows::snapshot(const OnWindow& on_window) const {
  const auto starts = open_windows();
  std::vector<Window> windows;
  Folds newest(*program_);
  auto merged_from = panes_.end();
  for (auto start = starts.rbegin(); start != starts.rend(); ++start) {
    const auto begin = panes_.lower_bound(*start);
    const bool is_one_pane = !span_ || std::next(begin) == panes_.end();
    if (is_one_pane || *start + span_->size_us <= panes_.rbegin()->first) {
      windows.push_back(TRY(window_at(*start)));
      continue;
    }
    while (merged_from != begin) (--merged_from)->second->pane.fold_into(newest);
    windows.push_back({*start, *start + span_->size_us, false, TRY(newest.answers(room()))});
  }
  for (auto window = windows.rbegin(); window != windows.rend(); ++window) {
    TRY(on_window(std::move(*window)));
  }
  return {};
}

uint64_t Windows::room() const {
  const uint64_t taken = ceiling_.beside + memory_;
  return ceiling_.max - std::min(ceiling_.max, taken);
}

PostCounts Windows::counts() const {
  PostCounts counts = forgotten_;
  for (const auto& [start, kept] : panes_) counts.add(kept->pane.counts());
  return counts;
}

}  // namespace pinpipe::query
