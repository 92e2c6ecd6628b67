// What every executable of the suite is: a name, options, and an exit status.
//
//   int main(int argc, char** argv) {
//     cli::Tool tool("clean-pin", "clean the pins of posts and records");
//     tool.flags().flag("--strict", ...);                              // what only this tool has
//     if (auto status = tool.parse(argc, argv)) return *status;
//     return tool.finish(run(tool, options));                          // a Result<Outcome>
//   }
//
// Options common to all tools (section COMMON OPTIONS of every man page) are declared here, once.
// `--help`, the man page's OPTIONS and the completions are all made from the CLI::App
// (cli/generate.h).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "cli/flags.h"
#include "ndjson/line_run.h"
#include "ndjson/rejects.h"
#include "stream/output.h"

namespace pinpipe::cli {

/// What a run did. Always in = out + rejected, in records of the kind the tool counts.
struct Outcome {
  uint64_t in = 0;
  uint64_t out = 0;
  uint64_t rejected = 0;
  /// More members for --stats, as JSON text without braces: "\"nulled\":{\"title\":3}". May be
  /// empty.
  std::string details;
  std::vector<std::string> unmet = {};  ///< expectations, and what is so: a line of stderr each
  bool rejects_expected = false;        ///< as many rejects as there are were expected
  Status refused = {};  ///< error: a file was not read, and all that is counted is of others
};

class Progress;

class Tool {
 public:
  /// Groups of common options; a tool has those that it can keep their word for.
  enum Common : unsigned {
    kReports = 1,   ///< --stats, --metrics, --progress: it handles records
    kOutput = 2,    ///< -o, -z: it has one output
    kThreads = 4,   ///< -j: it works on many records at once
    kRejects = 16,  ///< --rejects, --rejects-append: it refuses records
    kLines = 8,     ///< [FILE...], --max-line, --block-size, --fail-fast: it reads lines
    kFilter = kReports | kOutput | kThreads | kRejects | kLines,
  };
  Tool(std::string name, std::string summary, unsigned common = kFilter);
  ~Tool();

  const std::string& name() const { return name_; }
  /// To declare what only this tool has.
  Flags& flags() { return flags_; }
  /// All that is declared, for cli/generate.h.
  const CLI::App& app() const { return *app_; }
  /// What the words are that are no options, for the help: "QUESTION... [FILE...]". Without it they
  /// are "[FILE...]", or none where it reads no lines.
  /// Completions offer the `words` beside files.
  void takes(std::string arguments, std::vector<std::string> words = {}) {
    synopsis_ = std::move(arguments);
    words_ = std::move(words);
  }

  /// Parses the command line, and prepares signals and descriptors. An exit status where the
  /// process is to end at once: after --help, --version, or misuse, which it has told.
  std::optional<int> parse(int argc, char** argv);
  /// Tells misuse that only the tool can see: kFailed.
  int misuse(const Error& error) const;
  /// Prints `text` to standard output, for flags that print and end (--list, --rules).
  int print(std::string_view text) const;

  /// The words that are no options: files, and what else the tool takes them for.
  const std::vector<std::string>& arguments() const { return arguments_; }
  /// Holds what is written (output, rejects, and other files that the options name) against what is
  /// read: `files`, and those that the options name. Errors: one is both, or is written twice; but
  /// -o may name one of `files`, because a rename replaces it, unless they are to be `kept`.
  /// Nothing is opened. Call it before the first open_….
  Status check_files(const std::vector<std::string>& files, bool kept = false) const;
  /// Opens what -o, -z and their kin name.
  Result<stream::Output> open_output() const { return open_output(output_); }
  /// The same to another file.
  Result<stream::Output> open_output(const std::string& path) const;
  /// That of -o; "-" for standard output.
  const std::string& output_path() const { return output_; }
  bool compresses_output() const { return zstd_level_ || output_.ends_with(".zst"); }
  /// The files, threads, blocks and limits that were asked for.
  ndjson::LineRunOptions line_options() const;
  unsigned threads() const;
  bool fail_fast() const { return fail_fast_; }

  /// The log of rejects; opens the file of --rejects. It tells through cli/log.h.
  Result<std::unique_ptr<ndjson::RejectLog>> open_rejects() const;
  /// Whether --rejects or its kin was given.
  bool keeps_rejects() const { return !rejects_.empty() || !rejects_append_.empty(); }

  /// Shows progress, if it was asked for and standard error is a terminal: totals so far. What is
  /// to come is known from the sizes of the files, or is `records_total` where that is not 0.
  void show_progress(uint64_t records, uint64_t bytes, uint64_t records_total = 0);

  /// Tells the error, or what was expected and is not so, and the stats if they were asked for; and
  /// turns the result into an exit status.
  int finish(const Result<Outcome>& result) const;

 private:
  void declare_common(unsigned common);
  void declare_input();
  void declare_output();
  void declare_rejects();
  Status open_metrics();
  Status write_metrics(const Outcome& outcome) const;
  void parse_or_throw(const std::vector<std::string>& words);
  std::optional<int> print_what_was_asked_for(const std::vector<std::string>& words);

  std::string name_;
  std::string summary_;
  std::unique_ptr<CLI::App> app_;
  Flags flags_;
  std::string synopsis_;
  std::vector<std::string> words_;
  std::vector<std::string> arguments_;
  std::string output_ = "-";
  std::optional<int> zstd_level_;
  unsigned threads_ = 0;
  uint64_t max_line_ = ndjson::BlockOptions().max_line;
  uint64_t block_size_ = 0;  // not given: what goes with the threads
  std::string rejects_;
  std::string rejects_append_;
  bool fail_fast_ = false;
  bool stats_ = false;
  std::string metrics_;
  std::unique_ptr<stream::Output> metrics_file_;
  bool progress_ = false;
  std::string generate_;
  std::unique_ptr<Progress> shown_;
};

}  // namespace pinpipe::cli
