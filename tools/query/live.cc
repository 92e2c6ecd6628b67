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
#include "query/live_answers.h"
#include "state.h"

namespace pinpipe {
namespace {

using Block = ndjson::LineBlock<query::Extractor>;

constexpr int64_t kMillisecond = 1000;  // in microseconds
constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kSaveApart = 200 * kMillisecond;

/// Microseconds since 1970.
int64_t machine_time() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(since).count();
}

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
        answers_(program_, live_.options, ceiling, machine_time,
                 [this](const auto& answers) { return write(answers); }),
        signals_(true),
        output_(tool, request.format, is_replaced(), !live_.state.empty()) {
    if (!live_.state.empty()) state_.emplace(live_.state, live_.asked);
  }

  Result<cli::Outcome> run();

 private:
  Status begin(ndjson::LineRunOptions& options);
  Status inspect(Block& block);
  Status collect(Block& block);
  Status end();
  Status save();
  void log_late();

  /// Whether each answer takes the place of the one before.
  bool is_replaced() const { return live_.options.emit == query::Emit::every; }
  std::string stats() const;
  std::string stats_row();
  Status write(const std::vector<query::Answer>& answers);
  Status write_stats();

  cli::Tool& tool_;
  const Request& request_;
  const LiveRequest& live_;
  query::Program program_;
  query::LiveAnswers answers_;
  cli::StopSignals signals_;
  LiveOutput output_;
  std::optional<State> state_;
  std::unique_ptr<ndjson::RejectLog> rejects_;
  int64_t next_save_ = 0;              // not before it
  int64_t stats_at_ = answers_.now();  // of the last row of them
  bool is_stopped_ = false;
  Progress progress_;
};

/// Goes on from the state, if there is one.
Status LiveRun::begin(ndjson::LineRunOptions& options) {
  options.files = request_.files;
  options.blocks.wake_ms = [this] {
    return static_cast<int>(answers_.wait_us() / kMillisecond) + 1;
  };
  options.is_stopped = [this] { return is_stopped_; };
  if (state_) {
    if (auto reached = TRY(state_->load(answers_))) progress_ = *reached;
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
  TRY(std::move(status));
  log_late();
  cli::Outcome outcome;
  outcome.in = progress_.in;
  outcome.rejected = progress_.rejected;
  outcome.out = progress_.in - progress_.rejected;
  outcome.refused = refused;
  outcome.details = stats();
  return outcome;
}

/// Folds the posts of a block; those that are late are rejected.
Status LiveRun::inspect(Block& block) {
  std::vector<std::pair<std::string_view, std::string>> late;
  for (const auto& [line, by_us] : TRY(answers_.add(block.out))) {
    late.emplace_back(line, "late by " + seconds_text(by_us));
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
  TRY(answers_.emit(block.in.idle));
  if (answers_.now() - stats_at_ >= kSecond) TRY(write_stats());
  while (const auto signal = signals_.next()) {
    if (*signal == "SIGUSR1") {
      TRY(answers_.snapshot());
    } else {
      is_stopped_ = true;
    }
  }
  return state_ && answers_.now() >= next_save_ ? save() : Status();
}

/// The last answers. Where a signal ended the run, windows are not closed: it may go on.
Status LiveRun::end() {
  if (is_stopped_) {
    if (state_) TRY(save());
    TRY(answers_.snapshot());
    TRY(write_stats());
    return output_.close();
  }
  // What has no window may go on with more records; windows that have closed are over.
  if (state_ && !live_.options.window) TRY(save());
  TRY(answers_.close());
  TRY(write_stats());
  if (state_ && live_.options.window) TRY(save());
  return output_.close();
}

Status LiveRun::write(const std::vector<query::Answer>& answers) {
  const auto stats = live_.has_stats ? stats_row() : std::string();
  return answers.empty() && stats.empty() ? Status() : output_.write(answers, stats);
}

Status LiveRun::save() {
  const int64_t begun = answers_.now();
  progress_.output_bytes = output_.bytes();
  TRY(state_->save(progress_, answers_));
  // A large state takes a while to write: no more than a tenth of the time is for it.
  const int64_t now = answers_.now();
  next_save_ = now + std::max(kSaveApart, 9 * (now - begun));
  return {};
}

void LiveRun::log_late() {
  if (progress_.late == 0 || progress_.late < (progress_.in + 1) / 2) return;
  cli::log_line(
      fmt::format("{}: {} of {} records were late; --late DURATION waits for them, --time "
                  "arrival goes by when they come",
                  tool_.name(), progress_.late, progress_.in));
}

std::string LiveRun::stats() const {
  std::string text = stats_of(answers_.counts());
  json::Writer writer(text);
  text += ',';
  writer.member("late", progress_.late);
  writer.member("windows_closed", answers_.windows_closed());
  return text;
}

/// What was read so far, as a row.
std::string LiveRun::stats_row() {
  stats_at_ = answers_.now();
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
  if (!live_.has_stats || is_replaced()) return {};
  return output_.write({}, stats_row());
}

}  // namespace

Result<cli::Outcome> answer_live(cli::Tool& tool, const Request& request,
                                 query::MemoryCeiling ceiling) {
  LiveRun run(tool, request, ceiling);
  return run.run();
}

}  // namespace pinpipe
