// The words of a command line, sorted into options and arguments before CLI11 sees them.
//
// CLI11 would take the next word as the value of "--output=", as an unset variable leaves it, read
// -1 as an option, and take the name of an option as the value of another. Here each option gets
// the value that is its own, or it is misuse:
//
//   --name=VALUE  --name VALUE  -nVALUE  -n VALUE     all the same to what is behind
//   --name=  --name ''                                misuse: a value is never empty
//   --name --other                                    misuse, where --other is an option
//   --zstd[=LEVEL], -z, -z19                          an optional value stands behind '=', or in
//                                                     the same word
#pragma once

#include <CLI/CLI.hpp>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"

namespace pinpipe::cli {

struct CommandLine {
  /// "--name" or "--name=VALUE", in their order; a one-letter option without a long name is "-n".
  std::vector<std::string> options;
  /// What is no option: files, questions. All behind "--" is here.
  std::vector<std::string> arguments;
};

/// Errors: unknown options, with the nearest known one; missing and empty values; values that the
/// option does not take; an empty argument.
Result<CommandLine> read_command_line(const CLI::App& app, std::span<const std::string> words);

/// Whether `words` ask for the option, misuse or not: --help and --version win over all else.
bool asks_for(std::span<const std::string> words, std::string_view long_name, char short_name);

}  // namespace pinpipe::cli
