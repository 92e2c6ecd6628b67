#include "cli/generate.h"

#include <algorithm>

#include "cli/exit_status.h"

namespace pinpipe::cli {
namespace {

constexpr size_t kHelpWidth = 80;
constexpr size_t kHelpIndent = 23;

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

/// Values in a type name such as "spark|duckdb".
std::vector<std::string> choices_of(const std::string& type) {
  if (type.find('|') == type.npos) return {};
  return CLI::detail::split(type, '|');
}

OptionText text_of(const CLI::Option& option) {
  OptionText text;
  if (!option.get_snames().empty()) text.short_name = "-" + option.get_snames().front();
  if (!option.get_lnames().empty()) text.long_name = "--" + option.get_lnames().front();
  text.value = option.get_type_name();
  text.description = option.get_description();
  text.choices = choices_of(text.value);
  return text;
}

std::string joined_value(const OptionText& option) {
  if (option.value.empty() || option.value.starts_with("[")) return option.value;
  return (option.long_name.empty() ? " " : "=") + option.value;
}

/// The first sentence, without its point: the rest is for the man page.
std::string summary_of(const std::string& description) {
  const std::string first = description.substr(0, description.find(". "));
  return first.ends_with('.') ? first.substr(0, first.size() - 1) : first;
}

/// `flag`, and `text` in a column of its own beside it.
void append_entry(const std::string& flag, const std::string& text, std::string& to) {
  to += flag;
  size_t column = flag.size();
  if (column + 1 > kHelpIndent) {
    to += '\n';
    column = 0;
  }
  for (const auto& word : CLI::detail::split(text, ' ')) {
    if (column < kHelpIndent) {
      to.append(kHelpIndent - column, ' ');
      column = kHelpIndent;
    } else if (column + 1 + word.size() > kHelpWidth) {
      to += '\n' + std::string(kHelpIndent, ' ');
      column = kHelpIndent;
    } else {
      to += ' ';
      ++column;
    }
    to += word;
    column += word.size();
  }
  to += '\n';
}

/// Text as mdoc lines: each sentence starts a line, none is long. A leading dot or quote would be a
/// request, a backslash an escape.
std::string mdoc_text(const std::string& text) {
  constexpr size_t kWidth = 72;
  std::string lines;
  size_t column = 0;
  for (const auto& word : CLI::detail::split(replaced(text, "\\", "\\e"), ' ')) {
    const bool sentence_ended = column > 0 && (lines.ends_with(".") || lines.ends_with(".)"));
    if (sentence_ended || column + 1 + word.size() > kWidth) {
      lines += '\n';
      column = 0;
    }
    const bool request = column == 0 && (word.starts_with(".") || word.starts_with("'"));
    const std::string shown = (column > 0 ? " " : "") + std::string(request ? "\\&" : "") + word;
    lines += shown;
    column += shown.size();
  }
  return lines;
}

std::string mdoc_flag(const OptionText& option) {
  std::string text = ".It";
  const auto flag = [&](const std::string& name) { text += " Fl " + name.substr(1); };
  if (!option.short_name.empty()) flag(option.short_name);
  if (!option.short_name.empty() && !option.long_name.empty()) text += " ,";
  if (!option.long_name.empty()) flag("-" + option.long_name.substr(1));
  if (option.value.starts_with("[")) return text + " Ns Op = Ns Ar LEVEL";
  return option.value.empty() ? text : text + " Ns = Ns Ar " + option.value;
}

std::string man_sections(const CLI::App& app, const std::string& name) {
  std::string text;
  for (const auto& group : option_groups(app)) {
    text += group.name == "Options" ? ".Sh OPTIONS\n" : ".Ss " + group.name + "\n";
    text += ".Bl -tag -width Ds\n";
    for (const auto& option : group.options) {
      text += mdoc_flag(option) + "\n" + mdoc_text(option.description) + "\n";
    }
    text += ".El\n";
  }
  text += ".Sh EXIT STATUS\n.Bl -tag -width Ds\n";
  for (size_t status = 0; status < kExitMeanings.size(); ++status) {
    text += ".It " + std::to_string(status) + "\n" + mdoc_text(std::string(kExitMeanings[status])) +
            "\n";
  }
  return text + ".El\n.Pp\nA reader that goes away ends\n.Nm " + name +
         "\nquietly, by the signal SIGPIPE.\n";
}

std::string bash_completion(const CLI::App& app, const std::string& name,
                            const std::vector<std::string>& arguments) {
  std::string words;
  std::string cases;
  for (const auto& group : option_groups(app)) {
    for (const auto& option : group.options) {
      if (!option.short_name.empty()) words += option.short_name + " ";
      if (!option.long_name.empty()) words += option.long_name + " ";
      if (option.choices.empty()) continue;
      const std::string short_case = option.short_name.empty() ? "" : option.short_name + "|";
      cases += "    " + short_case + option.long_name + ") COMPREPLY=($(compgen -W '" +
               joined(option.choices) + "' -- \"$cur\")); return ;;\n";
    }
  }
  const std::string function = "_" + replaced(name, "-", "_");
  return "# bash completion for " + name + "\n" + function +
         "() {\n"
         "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
         "  [[ $cur == = ]] && cur=\n"
         "  [[ $prev == = ]] && prev=${COMP_WORDS[COMP_CWORD-2]}\n"
         "  case $prev in\n" +
         cases +
         "  esac\n"
         "  if [[ $cur == -* ]]; then\n"
         "    COMPREPLY=($(compgen -W '" +
         words +
         "' -- \"$cur\"))\n"
         "  else\n"
         "    COMPREPLY=(" +
         (arguments.empty() ? "" : "$(compgen -W '" + joined(arguments) + "' -- \"$cur\") ") +
         "$(compgen -f -- \"$cur\"))\n"
         "  fi\n"
         "}\n"
         "complete -o filenames -F " +
         function + " " + name + "\n";
}

std::string zsh_completion(const CLI::App& app, const std::string& name,
                           const std::vector<std::string>& arguments) {
  std::string text = "#compdef " + name + "\n_arguments \\\n";
  for (const auto& group : option_groups(app)) {
    for (const auto& option : group.options) {
      auto description = replaced(replaced(summary_of(option.description), "'", "’"), ":", "\\:");
      description = replaced(replaced(description, "[", "\\["), "]", "\\]");
      std::string value;
      if (!option.value.empty() && !option.value.starts_with("[")) {
        value = option.choices.empty() ? ":" + option.value + ":_files"
                                       : ":value:(" + joined(option.choices) + ")";
      }
      const std::string equals = value.empty() || option.long_name.empty() ? "" : "=";
      if (!option.short_name.empty())
        text += "  '" + option.short_name + "[" + description + "]" + value + "' \\\n";
      if (!option.long_name.empty()) {
        text += "  '" + option.long_name + equals + "[" + description + "]" + value + "' \\\n";
      }
    }
  }
  if (arguments.empty()) return text + "  '*:FILE:_files'\n";
  return text + "  '*:argument:{_alternative \"words:word:(" + joined(arguments) +
         ")\" \"files:file:_files\"}'\n";
}

std::string fish_completion(const CLI::App& app, const std::string& name,
                            const std::vector<std::string>& arguments) {
  std::string text;
  if (!arguments.empty()) text = "complete -c " + name + " -a '" + joined(arguments) + "'\n";
  for (const auto& group : option_groups(app)) {
    for (const auto& option : group.options) {
      text += "complete -c " + name;
      if (!option.short_name.empty()) text += " -s " + option.short_name.substr(1);
      if (!option.long_name.empty()) text += " -l " + option.long_name.substr(2);
      if (!option.choices.empty()) {
        text += " -x -a '" + joined(option.choices) + "'";
      } else if (!option.value.empty() && !option.value.starts_with("[")) {
        text += " -r";
      }
      text += " -d '" + replaced(summary_of(option.description), "'", "\\'") + "'\n";
    }
  }
  return text;
}

}  // namespace

std::vector<OptionGroup> option_groups(const CLI::App& app) {
  std::vector<OptionGroup> groups;
  for (const auto* option : app.get_options()) {
    const std::string& name = option->get_group();
    if (name.empty()) continue;
    auto found = std::find_if(groups.begin(), groups.end(),
                              [&](const auto& group) { return group.name == name; });
    if (found == groups.end()) found = groups.insert(groups.end(), {name, {}});
    found->options.push_back(text_of(*option));
  }
  // What is the tool's own goes first.
  std::stable_partition(groups.begin(), groups.end(),
                        [](const auto& group) { return group.name != "Common options"; });
  return groups;
}

std::string help_text(const CLI::App& app, const std::string& name, const std::string& summary,
                      const std::string& arguments) {
  std::string text = name + ": " + summary + "\nusage: " + name + " [OPTION...]" +
                     (arguments.empty() ? "" : " " + arguments) + "\n";
  for (const auto& group : option_groups(app)) {
    text += "\n" + group.name + ":\n";
    for (const auto& option : group.options) {
      const bool both = !option.short_name.empty() && !option.long_name.empty();
      append_entry(
          "  " + option.short_name + (both ? ", " : "") + option.long_name + joined_value(option),
          summary_of(option.description), text);
    }
  }
  text += "\nExit status:\n";
  for (size_t status = 0; status < kExitMeanings.size(); ++status) {
    const auto meaning = kExitMeanings[status];
    text += "  " + std::to_string(status) + "  ";
    text.append(meaning.substr(0, meaning.find(':'))).append("\n");
  }
  return text + "See also: man " + name + ", which says more and has examples\n";
}

std::optional<std::string> generate(const CLI::App& app, const std::string& name,
                                    const std::string& form,
                                    const std::vector<std::string>& words) {
  if (form == "man") return man_sections(app, name);
  if (form == "bash") return bash_completion(app, name, words);
  if (form == "zsh") return zsh_completion(app, name, words);
  if (form == "fish") return fish_completion(app, name, words);
  return std::nullopt;
}

}  // namespace pinpipe::cli
