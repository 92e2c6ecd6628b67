// Text made from a tool's declared options, so that each is described once: --help, the OPTIONS of
// the man page, and completions for bash, zsh and fish.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

namespace pinpipe::cli {

/// An option as it is shown: "-o", "--output", "FILE", and what it does.
struct OptionText {
  std::string short_name;  ///< "" without
  std::string long_name;
  std::string value;  ///< "" for a flag; "[=LEVEL]" where a value is optional
  std::string description;
  std::vector<std::string> choices;  ///< values it takes, where they are few
};

struct OptionGroup {
  std::string name;
  std::vector<OptionText> options;
};

/// The visible options of `app`, by group, in the order of declaration.
std::vector<OptionGroup> option_groups(const CLI::App& app);

/// `arguments` stands for the words that are no options: "[FILE...]".
std::string help_text(const CLI::App& app, const std::string& name, const std::string& summary,
                      const std::string& arguments);

/// What `--generate FORM` prints: man (the sections OPTIONS and EXIT STATUS, in mdoc), bash, zsh or
/// fish. Nothing for another form. `words` are those that arguments may be beside files.
std::optional<std::string> generate(const CLI::App& app, const std::string& name,
                                    const std::string& form,
                                    const std::vector<std::string>& words = {});

}  // namespace pinpipe::cli
