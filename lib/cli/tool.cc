#include "cli/tool.h"

#include <fcntl.h>
#include <malloc.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <thread>

#include "base/ascii.h"
#include "cli/command_line.h"
#include "cli/exit_status.h"
#include "cli/files_of_run.h"
#include "cli/generate.h"
#include "cli/last_resort.h"
#include "cli/log.h"
#include "cli/metrics.h"
#include "cli/progress.h"
#include "json/writer.h"

namespace pinpipe::cli {
namespace {

constexpr unsigned kMaxThreads = 256;
constexpr unsigned kMaxDefaultThreads = 32;  // beyond, the reading of input is what takes time

/// Descriptors 0 to 2 that came closed would be given to the next file that is opened, and output
/// would go there. Such a one is opened the wrong way round: using it is an error, as it should be.
void fill_closed_descriptors() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (fcntl(fd, F_GETFD) >= 0) continue;
    if (open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0) return;
  }
}

/// What long lines take goes back to the machine when they have passed. By itself glibc keeps more
/// and more, for each thread.
void prepare_memory() { mallopt(M_MMAP_THRESHOLD, 1024 * 1024); }

void clean_up_and_die(int signal_number) {
  wipe_progress_at_once();
  stream::remove_hidden_files();
  std::signal(signal_number, SIG_DFL);
  std::raise(signal_number);
}

void prepare_signals() {
  std::signal(SIGPIPE, clean_up_and_die);  // some parents ignore it: their children should not
  std::signal(SIGXFSZ, SIG_IGN);  // a file over its limit is a write error, and told as one
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGXCPU}) {
    if (std::signal(number, clean_up_and_die) == SIG_IGN) std::signal(number, SIG_IGN);  // nohup
  }
}

/// What CLI11 found wrong, in our voice.
Error misuse_of(const CLI::ParseError& error) {
  std::string what = error.what();
  if (!what.empty()) what[0] = lower_case(what[0]);
  return {what, ""};
}

/// Size of all `files` together; 0 where one is no plain file.
uint64_t total_size(const std::vector<std::string>& files) {
  uint64_t total = 0;
  for (const auto& file : files) {
    struct stat info;
    if (file == "-" || stat(file.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return 0;
    total += static_cast<uint64_t>(info.st_size);
  }
  return total;
}

std::string stats_line(const std::string& tool, const Outcome& outcome) {
  std::string line;
  json::Writer writer(line);
  writer.begin_object();
  writer.member("tool", tool);
  writer.member("in", outcome.in);
  writer.member("out", outcome.out);
  writer.member("rejected", outcome.rejected);
  if (!outcome.details.empty()) writer.raw(outcome.details);
  writer.end_object();
  return line;
}

}  // namespace

Tool::Tool(std::string name, std::string summary, unsigned common)
    : name_(std::move(name)),
      summary_(std::move(summary)),
      app_(std::make_unique<CLI::App>(summary_, name_)),
      flags_(*app_) {
  if ((common & kLines) != 0) synopsis_ = "[FILE...]";
  declare_common(common);
}

Tool::~Tool() = default;

void Tool::declare_output() {
  flags_.output_file(
      "-o,--output", output_,
      "Write to FILE rather than to standard output, -. It is whole or absent: made as a "
      "temporary file, and renamed.");
  flags_.zstd(zstd_level_,
              "Compress with zstd, at level 1 to 19 (default 3). A FILE of -o that ends in .zst "
              "does so by itself. Compressed input is recognised by its bytes.");
}

void Tool::declare_input() {
  flags_.bytes("--max-line", max_line_, {1, ndjson::BlockOptions::kMaxMaxLine},
               "Reject lines longer than BYTES (default 64MiB). So are those that would become "
               "longer: the next tool would not take them.");
  flags_.bytes("--block-size", block_size_, {1, ndjson::BlockOptions::kMaxBlockSize},
               "Read up to BYTES before work begins (default 256KiB). With more than 8 threads the "
               "default is less: each has its own. The output is the same for all.");
  flags_.flag("--fail-fast", fail_fast_, "End at the first rejected line.");
}

void Tool::declare_rejects() {
  const auto rejects = flags_.output_file("--rejects", rejects_,
                                          "Keep what is rejected in a new FILE, with reasons. Each "
                                          "is a JSON line with tool, file, line, reason and raw; "
                                          "pinpipe(7) has the command that plays it back. FILE "
                                          "belongs to one tool.");
  flags_
      .output_file(
          "--rejects-append", rejects_append_,
          "Append what is rejected to FILE. Several tools may share it: the lines say whose "
          "they are.")
      .excludes(rejects);
}

void Tool::declare_common(unsigned common) {
  app_->set_help_flag();
  flags_.group("Common options");
  app_->option_defaults()->multi_option_policy(
      CLI::MultiOptionPolicy::TakeLast);  // so that aliases can be overridden
  if ((common & kOutput) != 0) declare_output();
  if ((common & kLines) != 0) declare_input();
  if ((common & kThreads) != 0) {
    flags_.count(
        "-j,--threads", threads_, {1, kMaxThreads},
        "Work with N threads (default: one a core). The order of output does not depend on "
        "it.");
  }
  if ((common & kRejects) != 0) declare_rejects();
  if ((common & kReports) != 0) {
    flags_.flag("--stats", stats_,
                "At the end, print figures as JSON on standard error. It is one line.");
    flags_.output_file(
        "--metrics", metrics_,
        "At the end, write the same figures to FILE for Prometheus. Its textfile collector "
        "reads it; it is made as a temporary file, and renamed.");
    flags_.flag("--progress", progress_, "Show progress, if standard error is a terminal.");
  }
  app_->add_flag("-h,--help")->description("Print this help.");
  app_->add_flag("-V,--version")->description("Print the version.");
  flags_.group("");
  flags_.text("--generate", generate_, "FORM", "");
  flags_.group("Options");
}

void Tool::parse_or_throw(const std::vector<std::string>& words) {
  auto line = read_command_line(*app_, words);
  if (!line.ok()) throw Error(line.error());
  std::reverse(line->options.begin(), line->options.end());  // as CLI11 takes them
  app_->parse(std::move(line->options));
  arguments_ = std::move(line->arguments);
  if (synopsis_.empty() && !arguments_.empty()) {
    throw Error{"unexpected argument '" + arguments_[0] + "'", ""};
  }
}

Status Tool::open_metrics() {
  if (metrics_.empty()) return {};
  stream::OutputOptions options;
  options.path = metrics_;
  metrics_file_ = std::make_unique<stream::Output>(TRY(stream::Output::open(options)));
  return {};
}

std::optional<int> Tool::print_what_was_asked_for(const std::vector<std::string>& words) {
  if (asks_for(words, "--help", 'h')) return print(help_text(*app_, name_, summary_, synopsis_));
  if (asks_for(words, "--version", 'V')) return print(name_ + " (pinpipe) " PINPIPE_VERSION "\n");
  return std::nullopt;
}

std::optional<int> Tool::parse(int argc, char** argv) {
  end_on_exceptions(name_);
  prepare_memory();
  fill_closed_descriptors();
  prepare_signals();
  const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  if (const auto status = print_what_was_asked_for(words)) return status;
  try {
    parse_or_throw(words);
  } catch (const CLI::ParseError& error) {
    return misuse(misuse_of(error));
  } catch (const Error& error) {
    return misuse(error);
  }
  if (!generate_.empty()) {
    const auto text = generate_ == "options" ? std::optional(flags_.facts_text())
                                             : generate(*app_, name_, generate_, words_);
    return text ? print(*text)
                : misuse({"cannot generate '" + generate_ + "'",
                          "forms are man, bash, zsh, fish and options"});
  }
  if (const auto opened = open_metrics(); !opened.ok()) {
    log_error(name_, opened.error());
    return kFailed;
  }
  if (threads_ == 0)
    threads_ = std::clamp(std::thread::hardware_concurrency(), 1u, kMaxDefaultThreads);
  if (progress_ && isatty(STDERR_FILENO)) {
    shown_ = std::make_unique<Progress>(arguments_.empty() ? 0 : total_size(arguments_));
  }
  return std::nullopt;
}

int Tool::misuse(const Error& error) const {
  log_misuse(name_, error);
  return kFailed;
}

int Tool::print(std::string_view text) const {
  auto output = stream::Output::open({});
  if (!output.ok()) return finish(output.error());
  auto status = output->write(text, true);
  if (status.ok()) status = output->commit();
  if (status.ok()) return kHandled;
  log_error(name_, status.error());
  return kFailed;
}

Status Tool::check_files(const std::vector<std::string>& files, bool kept) const {
  FilesOfRun run;
  for (const auto& file : files) {
    kept ? run.add_kept(file) : run.add_input(file);
  }
  for (const auto& fact : flags_.facts()) {
    if (fact.option->count() == 0 || fact.file == nullptr || fact.file == &output_) continue;
    if (fact.kind == ValueKind::input_file) run.add_kept(*fact.file);
    if (fact.kind == ValueKind::output_file) run.add_written(fact.option->get_name(), *fact.file);
  }
  run.add_output(output_);
  return run.check();
}

Result<stream::Output> Tool::open_output(const std::string& path) const {
  stream::OutputOptions options;
  options.path = path;
  options.zstd_level = zstd_level_;
  options.threads = threads_;
  if (shown_) options.before_write = [] { log_progress(""); };
  return stream::Output::open(options);
}

ndjson::LineRunOptions Tool::line_options() const {
  ndjson::LineRunOptions options;
  options.files = arguments_.empty() ? std::vector<std::string>{"-"} : arguments_;
  options.threads = threads_;
  options.blocks.max_line = std::max<uint64_t>(1, max_line_);
  options.blocks.block_size =
      block_size_ > 0 ? block_size_ : ndjson::BlockOptions::block_size_for(threads_);
  options.fail_fast = fail_fast_;
  return options;
}

unsigned Tool::threads() const { return threads_; }

Result<std::unique_ptr<ndjson::RejectLog>> Tool::open_rejects() const {
  auto log =
      std::make_unique<ndjson::RejectLog>(name_, [](const std::string& line) { log_line(line); });
  using Keep = ndjson::RejectLog::Keep;
  if (!rejects_.empty()) {
    TRY(log->keep_in(rejects_, Keep::anew));
  }
  if (!rejects_append_.empty()) {
    TRY(log->keep_in(rejects_append_, Keep::append));
  }
  return log;
}

void Tool::show_progress(uint64_t records, uint64_t bytes, uint64_t records_total) {
  if (shown_) shown_->show(records, bytes, records_total);
}

Status Tool::write_metrics(const Outcome& outcome) const {
  if (metrics_file_ == nullptr) return {};
  TRY(metrics_file_->write(metrics_of(name_, stats_line(name_, outcome)), true));
  return metrics_file_->commit();
}

int Tool::finish(const Result<Outcome>& result) const {
  if (shown_) log_progress("");
  if (!result.ok()) {
    log_error(name_, result.error());
    return kFailed;
  }
  const auto& outcome = result.value();
  if (!outcome.refused.ok()) log_error(name_, outcome.refused.error());
  for (const auto& line : outcome.unmet) log_line(name_ + ": " + line);
  if (stats_) log_line(stats_line(name_, outcome));
  if (const auto written = write_metrics(outcome); !written.ok()) {
    log_error(name_, written.error());
    return kFailed;
  }
  if (!outcome.refused.ok()) return kFailed;
  // A run that ended at a reject is not whole, whatever was expected.
  const bool is_as_expected = outcome.rejected == 0 || (outcome.rejects_expected && !fail_fast());
  return outcome.unmet.empty() && is_as_expected ? kHandled : kRejected;
}

}  // namespace pinpipe::cli
