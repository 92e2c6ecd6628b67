#include "query/live_answers.h"

#include <algorithm>
#include <utility>

namespace pinpipe::query {
namespace {

constexpr int64_t kMillisecond = 1000;
constexpr int64_t kMaxWait = 100 * kMillisecond;

}  // namespace

LiveAnswers::LiveAnswers(const Program& program, const LiveOptions& options, MemoryCeiling ceiling,
                         Now now, OnAnswers on_answers)
    : options_(options),
      windows_(program, options.window, options.late_us, ceiling),
      emission_(options.emit, options.window.has_value()),
      clock_(std::move(now)),
      on_answers_(std::move(on_answers)),
      started_(this->now()) {}

int64_t LiveAnswers::now() { return latest_ = std::max(latest_, clock_()); }

int64_t LiveAnswers::wait_us() const {
  const int64_t time = clock_();  // not now(), which notes it
  int64_t wait = kMaxWait;
  if (options_.emit == Emit::every) {
    wait = std::min(wait, options_.every_us - (time - started_) % options_.every_us);
  }
  if (options_.window && !options_.by_time) {
    wait = std::min(wait, options_.window->step_us - time % options_.window->step_us);
  }
  return wait;
}

Result<std::vector<LateLine>> LiveAnswers::add(const ExtractedBatch& batch) {
  if (options_.by_time) return add_by_time(batch);
  const int64_t time = now();
  TRY(windows_.advance(time, taking()));
  if (!batch.posts.empty()) TRY(windows_.add(batch, 0, batch.posts.size(), time));
  return std::vector<LateLine>();
}

/// Consecutive posts of one step at a time: none of them closes the windows of another.
Result<std::vector<LateLine>> LiveAnswers::add_by_time(const ExtractedBatch& batch) {
  const auto& posts = batch.posts;
  std::vector<LateLine> late;
  for (size_t begin = 0; begin < posts.size();) {
    const auto& first = posts[begin];
    if (const auto by = windows_.late_by(first.time_us)) {
      const bool is_there = !late.empty() && late.back().line.data() == first.line.data();
      if (!is_there) late.push_back({first.line, *by});
      ++begin;
      continue;
    }
    size_t end = begin;
    int64_t greatest = first.time_us;
    for (; end < posts.size() && windows_.is_same_step(posts[end].time_us, first.time_us); ++end) {
      greatest = std::max(greatest, posts[end].time_us);
    }
    TRY(windows_.add(batch, begin, end - begin, first.time_us));
    TRY(windows_.advance(greatest, taking()));
    begin = end;
  }
  return late;
}

/// Takes down a window that has closed.
Windows::OnWindow LiveAnswers::taking() {
  return [this](Windows::Window window) -> Status {
    ++windows_closed_;
    take(std::move(window));
    return {};
  };
}

void LiveAnswers::take(Windows::Window window) {
  // What is no window is of the moment at which it is known.
  if (!window.start_us) window.end_us = now() / kMillisecond * kMillisecond;
  emission_.add(std::move(window));
}

Status LiveAnswers::emit(bool idle) {
  const int64_t begun = now();
  switch (options_.emit) {
    case Emit::close:
      return write();
    case Emit::every: {
      const int64_t periods = (begun - started_) / options_.every_us;
      if (begun < not_before_ || periods <= periods_told_) return {};
      periods_told_ = periods;
      TRY(snapshot());
      // One may take longer than the period: no more than half of the time is for them.
      not_before_ = now() + (now() - begun);
      return {};
    }
    case Emit::changes: {
      if (begun < not_before_ || (!idle && begun < not_before_ + kMaxWait)) return write();
      TRY(snapshot());
      // A large answer takes a while to compare: no more than a fifth of the time is for it.
      not_before_ = begun + 4 * (now() - begun);
      return {};
    }
  }
  return {};
}

Status LiveAnswers::snapshot() {
  TRY(windows_.snapshot([this](Windows::Window window) -> Status {
    take(std::move(window));
    return {};
  }));
  return write();
}

Status LiveAnswers::close() {
  TRY(windows_.close_all(taking()));
  return write();
}

/// Snapshots are told whatever is in them: who replaces a file by each wants the last one.
Status LiveAnswers::write() {
  if (emission_.empty() && options_.emit != Emit::every) return {};
  return on_answers_(emission_.take());
}

}  // namespace pinpipe::query
