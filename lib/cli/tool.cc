#include "cli/tool.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <thread>

#include "cli/exit_status.h"
#include "cli/generate.h"
#include "cli/last_resort.h"
#include "cli/progress.h"
#include "cli/suggest.h"
#include "cli/voice.h"

namespace pinpipe::cli {
namespace {

constexpr unsigned kMostThreads = 256;
constexpr uint64_t kMostBytes = uint64_t{1} << 40;
constexpr int kMostZstdLevel = 19;  // beyond, zstd needs more memory than a filter may
constexpr unsigned kMostDefaultThreads =
    32;  // two blocks a thread: beyond, memory would pass 64 MB

/// Descriptors 0 to 2 that came closed would be given to the next file that is opened, and output
/// would go there. Such a one is opened the wrong way round: using it is an error, as it should be.
void fill_closed_descriptors() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (fcntl(fd, F_GETFD) >= 0) continue;
    if (open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0) return;
  }
}

void clean_up_and_die(int signal_number) {
  stream::remove_temporary_files();
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

std::vector<std::string> long_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

/// -z19, as the zstd command has it, is --zstd=19; CLI11 would read a file name 19.
std::string with_long_level(const std::string& word) {
  const bool level = word.size() > 2 && word.starts_with("-z") &&
                     word.find_first_not_of("0123456789", 2) == word.npos;
  return level ? "--zstd=" + word.substr(2) : word;
}

/// The zstd level that `text` names.
std::optional<int> level_of(std::string_view text) {
  int level = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), level);
  const bool good = error == std::errc() && end == text.data() + text.size();
  return good && level >= 1 && level <= kMostZstdLevel ? std::optional(level) : std::nullopt;
}

/// What CLI11 found wrong, in our voice.
Error misuse_of(const CLI::ParseError& error) {
  std::string what = error.what();
  if (!what.empty()) what[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(what[0])));
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

}  // namespace

Tool::Tool(std::string name, std::string summary, Kind kind)
    : name_(std::move(name)), summary_(std::move(summary)), app_(summary_, name_) {
  declare_common(kind);
}

Tool::~Tool() = default;

void Tool::declare_zstd(Kind kind) {
  const auto text = kind == Kind::sink
                        ? "Compress objects with zstd, at level 1 to 19 (default 3); their names "
                          "end in .json.zst."
                        : "Compress the output with zstd, at level 1 to 19 (default 3). A FILE of "
                          "-o that ends in "
                          ".zst does so by itself. Compressed input is recognised by its bytes.";
  app_.add_flag("-z{3},--zstd{3}", zstd_level_, text);
}

void Tool::declare_input() {
  app_.add_option("FILE", files_,
                  "Files to read; without any, or where FILE is -, standard input.");
  app_.add_option("--max-line", max_line_, "Reject lines longer than BYTES (default 64 MiB).")
      ->type_name("BYTES")
      ->transform(CLI::AsSizeValue(false))
      ->check(CLI::Range(uint64_t{1}, kMostBytes));
  app_.add_option("--block-size", block_size_,
                  "Read up to BYTES before lines are worked on (default 256 KiB). The output is "
                  "the same for all.")
      ->type_name("BYTES")
      ->transform(CLI::AsSizeValue(false))
      ->check(CLI::Range(uint64_t{1}, kMostBytes));
  app_.add_flag("--fail-fast", fail_fast_, "End at the first rejected line.");
}

void Tool::declare_common(Kind kind) {
  static const std::string kGroup = "Common options";
  app_.set_help_flag();
  app_.allow_extras();
  app_.option_defaults()->group(kGroup);
  app_.option_defaults()->multi_option_policy(
      CLI::MultiOptionPolicy::TakeLast);  // so that aliases can be overridden
  if (kind != Kind::sink) {
    app_.add_option(
            "-o,--output", output_,
            "Write to FILE, through a temporary file and a rename, so that FILE is whole or "
            "absent. The default, -, is standard output.")
        ->type_name("FILE");
  }
  declare_zstd(kind);
  if (kind == Kind::filter) declare_input();
  if (kind != Kind::sink) {
    app_.add_option("-j,--threads", threads_,
                    "Work with N threads (default: the cores of the machine). The order of output "
                    "does not depend on it.")
        ->type_name("N")
        ->check(CLI::Range(1u, kMostThreads));
    app_.add_option(
            "--rejects", rejects_,
            "Keep what is rejected in FILE, a JSON line each with tool, file, line, reason and "
            "raw: 'jq -r .raw' plays it back.")
        ->type_name("FILE");
  }
  app_.add_flag("--stats", stats_,
                "At the end, print what was done as one JSON line on standard error.");
  app_.add_flag("--progress", progress_, "Show progress on standard error, if that is a terminal.");
  app_.add_flag("-h,--help")->description("Print this help.");
  app_.add_flag("-V,--version")->description("Print the version.");
  app_.add_option("--generate", generate_, "")->group("");
  app_.option_defaults()->group("Options");
}

void Tool::parse_or_throw(int argc, char** argv) {
  std::vector<std::string> words;
  for (int i = argc - 1; i > 0; --i)
    words.push_back(with_long_level(argv[i]));  // CLI11 takes them backwards
  app_.parse(words);
  auto unexpected = app_.remaining();
  for (const auto& file : files_) {
    if (file.size() > 1 && file.starts_with("-") && access(file.c_str(), F_OK) != 0)
      unexpected.push_back(file);
  }
  for (const auto& word : unexpected) {
    if (word == "--") continue;  // what ends the options
    const auto name = word.substr(0, word.find('='));
    throw Error{(word.starts_with("-") ? "unknown option '" : "unexpected argument '") + word + "'",
                did_you_mean(name, long_names(app_))};
  }
  if (!zstd_level_.empty() && !level_of(zstd_level_)) {
    throw Error{"no zstd level '" + zstd_level_ + "'", "levels are 1 to 19"};
  }
}

std::optional<int> Tool::parse(int argc, char** argv) {
  end_on_exceptions(name_);
  fill_closed_descriptors();
  prepare_signals();
  try {
    parse_or_throw(argc, argv);
  } catch (const CLI::ParseError& error) {
    // --help and --version win over whatever else is wrong.
    if (app_.count("--help") == 0 && app_.count("--version") == 0) return misuse(misuse_of(error));
  } catch (const Error& error) {
    if (app_.count("--help") == 0 && app_.count("--version") == 0) return misuse(error);
  }
  if (app_.count("--help") > 0) return print(help_text(app_, name_, summary_));
  if (app_.count("--version") > 0) return print(name_ + " (pinpipe) " PINPIPE_VERSION "\n");
  if (!generate_.empty()) {
    const auto text = generate(app_, name_, generate_);
    return text ? print(*text)
                : misuse(
                      {"cannot generate '" + generate_ + "'", "forms are man, bash, zsh and fish"});
  }
  if (files_.empty()) files_ = {"-"};
  if (threads_ == 0)
    threads_ = std::clamp(std::thread::hardware_concurrency(), 1u, kMostDefaultThreads);
  if (progress_ && isatty(STDERR_FILENO)) shown_ = std::make_unique<Progress>(total_size(files_));
  return std::nullopt;
}

int Tool::misuse(const Error& error) const {
  tell_misuse(name_, error);
  return kFailed;
}

int Tool::print(std::string_view text) const {
  auto output = stream::Output::open({});
  if (!output.ok()) return finish(output.error());
  auto status = output->write(text, true);
  if (status.ok()) status = output->commit();
  if (status.ok()) return kHandled;
  tell_error(name_, status.error());
  return kFailed;
}

std::optional<int> Tool::zstd_level() const { return level_of(zstd_level_); }

Result<stream::Output> Tool::open_output() const {
  stream::OutputOptions options;
  options.path = output_;
  options.zstd_level = zstd_level();
  options.threads = threads_;
  return stream::Output::open(options);
}

ndjson::LineRunOptions Tool::line_options() const {
  ndjson::LineRunOptions options;
  options.files = files_;
  options.threads = threads_;
  options.blocks.max_line = std::max<uint64_t>(1, max_line_);
  options.blocks.block_size = std::max<uint64_t>(1, block_size_);
  options.fail_fast = fail_fast_;
  return options;
}

unsigned Tool::threads() const { return threads_; }

Result<std::unique_ptr<ndjson::RejectLog>> Tool::open_rejects() const {
  auto log =
      std::make_unique<ndjson::RejectLog>(name_, [](const std::string& line) { tell_line(line); });
  if (!rejects_.empty()) {
    if (auto status = log->keep_in(rejects_); !status.ok()) return status.error();
  }
  return log;
}

void Tool::show_progress(uint64_t records, uint64_t bytes, uint64_t records_total) {
  if (shown_) shown_->show(records, bytes, records_total);
}

int Tool::finish(const Result<Outcome>& result) const {
  if (shown_) tell_progress("");
  if (!result.ok()) {
    tell_error(name_, result.error());
    return kFailed;
  }
  const auto& outcome = result.value();
  if (stats_) {
    tell_line("{\"tool\":\"" + name_ + "\",\"in\":" + std::to_string(outcome.in) + ",\"out\":" +
              std::to_string(outcome.out) + ",\"rejected\":" + std::to_string(outcome.rejected) +
              (outcome.details.empty() ? "" : "," + outcome.details) + "}");
  }
  return outcome.rejected > 0 ? kRejected : kHandled;
}

}  // namespace pinpipe::cli
