#include "live.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "cli/filter.h"
#include "cli/stop_signals.h"
#include "cli/terminal.h"
#include "json/writer.h"
#include "live_output.h"
#include "query/extract.h"
#include "query/format.h"
#include "state.h"

namespace pinpipe {
namespace {

using query::Emit;
using Block = ndjson::LineBlock<query::Extractor>;

constexpr int64_t kMillisecond = 1000;  // in microseconds
constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kSaveApart = 200 * kMillisecond;

/// Microseconds since 1970, never less than before, whatever is done to the machine's clock.
class Clock {
 public:
  int64_t now() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return latest_ = std::max(
               latest_,
               int64_t{std::chrono::duration_cast<std::chrono::microseconds>(since).count()});
  }

 private:
  int64_t latest_ = 0;
};

/// "75s", as --late takes it, not less.
std::string seconds_text(int64_t us) {
  return fmt::format("{}s", static_cast<double>((us + kMillisecond - 1) / kMillisecond) / 1000);
}

class LiveRun {
 public:
  LiveRun(cli::Tool& tool, const Request& request, query::MemoryCeiling ceiling)
      : tool_(tool),
        request_(request),
        live_(*request.live),
        program_(request.plans, live_.time),
        windows_(program_, live_.window, live_.late_us, ceiling),
        emission_(live_.emit.emit, live_.window.has_value()),
        signals_(true),
        output_(tool, request.format, live_.emit.emit == Emit::every, !live_.state.empty()) {
    if (!live_.state.empty()) state_.emplace(live_.state, live_.asked);
  }

  Result<cli::Outcome> run();

 private:
  Status begin(ndjson::LineRunOptions& options);
  Status inspect(Block& block);
  Status add_by_time(Block& block);
  Status collect(Block& block);
  Status end();
  Status snapshot();
  Status write();
  Status save();
  int wake_ms() const;
  void tell_of_late();

  /// Takes down a window that has closed.
  query::Windows::OnWindow taking() {
    return [this](query::Windows::Window window) -> Status {
      ++windows_closed_;
      set_moment(window);
      emission_.add(std::move(window));
      return {};
    };
  }
  /// Of what is no window, when it was known.
  void set_moment(query::Windows::Window& window) {
    if (!window.start_us) window.end_us = clock_.now() / kMillisecond * kMillisecond;
  }
  std::string stats() const;
  std::string stats_row();
  Status write_stats();

  cli::Tool& tool_;
  const Request& request_;
  const LiveRequest& live_;
  query::Program program_;
  query::Windows windows_;
  query::Emission emission_;
  cli::StopSignals signals_;
  LiveOutput output_;
  std::optional<State> state_;
  Clock clock_;
  std::unique_ptr<ndjson::RejectLog> rejects_;
  const int64_t started_ = Clock().now();
  int64_t snapshots_ = 0;        // that were due so far
  int64_t next_change_ = 0;      // not before it
  int64_t next_save_ = 0;        // not before it
  int64_t stats_at_ = started_;  // of the last row of them
  bool is_stopped_ = false;
  Progress progress_;
  uint64_t windows_closed_ = 0;
};

/// Goes on from the state, if there is one.
Status LiveRun::begin(ndjson::LineRunOptions& options) {
  options.files = request_.files;
  options.blocks.wake_ms = [this] { return wake_ms(); };
  options.is_stopped = [this] { return is_stopped_; };
  if (state_) {
    if (auto reached = TRY(state_->load(windows_, emission_))) progress_ = *reached;
    options.blocks.first_file = progress_.file;
    options.blocks.first_lines = progress_.lines;
  }
  TRY(output_.open(progress_.output_bytes));
  return state_ ? save() : Status();  // rather now than after hours
}

Result<cli::Outcome> LiveRun::run() {
  auto options = tool_.line_options();
  TRY(tool_.check_files(request_.files,
                        true));  // what is written may take its place before the end
  TRY(begin(options));
  rejects_ = TRY(tool_.open_rejects());
  auto workers =
      cli::make_workers<query::Extractor>(tool_, [&] { return query::Extractor(program_); });
  auto status = ndjson::run_lines<query::Extractor>(
      options, workers, *rejects_, [this](Block& block) { return collect(block); },
      [this](Block& block) { return inspect(block); });
  const auto refused = rejects_->refused();
  const bool is_whole = refused.ok() && !(tool_.fail_fast() && progress_.rejected > 0);
  if (status.ok() && is_whole) status = end();
  if (auto told = rejects_->finish(status.ok() && refused.ok()); status.ok()) status = told;
  if (!status.ok() && cli::reader_has_gone()) cli::die_of_sigpipe();
  if (!status.ok()) return status.error();
  tell_of_late();
  cli::Outcome outcome;
  outcome.in = progress_.in;
  outcome.rejected = progress_.rejected;
  outcome.out = progress_.in - progress_.rejected;
  outcome.refused = refused;
  outcome.details = stats();
  return outcome;
}

/// How long the reader may wait: until a snapshot is due, or a window of arrival closes, and no
/// longer than a signal may.
int LiveRun::wake_ms() const {
  constexpr int64_t kMost = 100 * kMillisecond;
  const int64_t now = Clock().now();
  int64_t wait = kMost;
  if (live_.emit.emit == Emit::every) {
    const int64_t every = std::chrono::microseconds(live_.emit.every).count();
    wait = std::min(wait, every - (now - started_) % every);
  }
  if (live_.window && !live_.time) {
    wait = std::min(wait, live_.window->step_us - now % live_.window->step_us);
  }
  return static_cast<int>(wait / kMillisecond) + 1;
}

/// Folds the posts of a block, and closes what they or the clock close.
Status LiveRun::inspect(Block& block) {
  if (live_.time) return add_by_time(block);
  const int64_t now = clock_.now();
  TRY(windows_.advance(now, taking()));
  if (block.out.posts.empty()) return {};
  return windows_.add(block.out, 0, block.out.posts.size(), now);
}

/// Consecutive posts of one step at a time: none of them closes the windows of another.
Status LiveRun::add_by_time(Block& block) {
  const auto& posts = block.out.posts;
  std::vector<std::pair<std::string_view, std::string>> late;
  for (size_t begin = 0; begin < posts.size();) {
    const auto& first = posts[begin];
    if (const auto by = windows_.late_by(first.time_us)) {
      const bool is_told = !late.empty() && late.back().first.data() == first.line.data();
      if (!is_told) late.emplace_back(first.line, "late by " + seconds_text(*by));
      ++begin;
      continue;
    }
    size_t end = begin;
    int64_t greatest = first.time_us;
    for (; end < posts.size() && windows_.is_same_step(posts[end].time_us, first.time_us); ++end) {
      greatest = std::max(greatest, posts[end].time_us);
    }
    TRY(windows_.add(block.out, begin, end - begin, first.time_us));
    TRY(windows_.advance(greatest, taking()));
    begin = end;
  }
  progress_.late += late.size();
  if (!late.empty()) ndjson::refuse(block, late, rejects_->keeps_raw());
  return {};
}

Status LiveRun::collect(Block& block) {
  progress_.rejected += block.rejects.size();
  progress_.in += block.accepted() + block.rejects.size();
  progress_.file = block.in.file_number;
  progress_.lines = block.file_lines_before + block.lines;
  tool_.show_progress(progress_.in, block.in.bytes_read);
  const int64_t now = clock_.now();
  if (live_.emit.emit == Emit::every) {
    const int64_t due = (now - started_) / std::chrono::microseconds(live_.emit.every).count();
    if (due > snapshots_) TRY(snapshot());
    snapshots_ = std::max(snapshots_, due);
  } else if (live_.emit.emit == Emit::changes) {
    constexpr int64_t kMostWait = 100 * kMillisecond;
    if (now >= next_change_ && (block.in.idle || now >= next_change_ + kMostWait)) {
      TRY(snapshot());
      // A large answer takes a while to compare: no more than a fifth of the time is for it.
      next_change_ = now + 4 * (clock_.now() - now);
    }
  }
  if (live_.emit.emit != Emit::every) TRY(write());  // what has closed
  if (clock_.now() - stats_at_ >= kSecond) TRY(write_stats());
  while (const auto signal = signals_.next()) {
    if (*signal == "SIGUSR1") {
      TRY(snapshot());
    } else {
      is_stopped_ = true;
    }
  }
  return state_ && now >= next_save_ ? save() : Status();
}

/// The last answers. Where a signal ended the run, windows are not closed: it may go on.
Status LiveRun::end() {
  if (is_stopped_) {
    if (state_) TRY(save());
    TRY(snapshot());
    TRY(write_stats());
    return output_.close();
  }
  // What has no window may go on with more records; windows that have closed are over.
  if (state_ && !live_.window) TRY(save());
  TRY(windows_.close_all(taking()));
  TRY(write());
  TRY(write_stats());
  if (state_ && live_.window) TRY(save());
  return output_.close();
}

Status LiveRun::snapshot() {
  TRY(windows_.snapshot([this](query::Windows::Window window) -> Status {
    set_moment(window);
    emission_.add(std::move(window));
    return {};
  }));
  return write();
}

Status LiveRun::write() {
  if (emission_.empty() && live_.emit.emit != Emit::every) return {};
  const auto answers = emission_.take();
  const auto stats = live_.has_stats ? stats_row() : std::string();
  return answers.empty() && stats.empty() ? Status() : output_.write(answers, stats);
}

Status LiveRun::save() {
  const int64_t begun = clock_.now();
  progress_.output_bytes = output_.bytes();
  TRY(state_->save(progress_, windows_, emission_));
  // A large state takes a while to write: no more than a tenth of the time is for it.
  const int64_t now = clock_.now();
  next_save_ = now + std::max(kSaveApart, 9 * (now - begun));
  return {};
}

void LiveRun::tell_of_late() {
  if (progress_.late == 0 || progress_.late < (progress_.in + 1) / 2) return;
  cli::log_line(
      fmt::format("{}: {} of {} records were late; --late DURATION waits for them, --time "
                  "arrival goes by when they come",
                  tool_.name(), progress_.late, progress_.in));
}

std::string LiveRun::stats() const {
  std::string text = stats_of(windows_.counts());
  json::Writer writer(text);
  text += ',';
  writer.member("late", progress_.late);
  writer.member("windows_closed", windows_closed_);
  return text;
}

/// What was read so far, as a row.
std::string LiveRun::stats_row() {
  stats_at_ = clock_.now();
  std::string text;
  json::Writer writer(text);
  writer.begin_object();
  writer.key("stats");
  writer.begin_object();
  writer.member("time", query::time_text(stats_at_ / kMillisecond * kMillisecond));
  writer.member("in", progress_.in);
  writer.member("rejected", progress_.rejected);
  writer.member("late", progress_.late);
  writer.end_object();
  writer.end_object();
  return text += '\n';
}

/// Where no answer comes. Snapshots always come, and a file of them is to keep the last one.
Status LiveRun::write_stats() {
  if (!live_.has_stats || live_.emit.emit == Emit::every) return {};
  return output_.write({}, stats_row());
}

}  // namespace

Result<cli::Outcome> answer_live(cli::Tool& tool, const Request& request,
                                 query::MemoryCeiling ceiling) {
  LiveRun run(tool, request, ceiling);
  return run.run();
}

}  // namespace pinpipe
