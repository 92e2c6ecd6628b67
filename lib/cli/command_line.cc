#include "cli/command_line.h"

#include "base/suggest.h"

namespace pinpipe::cli {
namespace {

const CLI::Option* find_long(const CLI::App& app, std::string_view name) {
  for (const auto* option : app.get_options()) {
    if (option->check_lname(std::string(name))) return option;
  }
  return nullptr;
}

const CLI::Option* find_short(const CLI::App& app, char letter) {
  for (const auto* option : app.get_options()) {
    if (option->check_sname(std::string(1, letter))) return option;
  }
  return nullptr;
}

std::vector<std::string> long_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

/// "--output", or "-x" where there is no long name.
std::string spelt(const CLI::Option& option) {
  return option.get_lnames().empty() ? "-" + option.get_snames().front()
                                     : "--" + option.get_lnames().front();
}

enum class Takes { nothing, optional_value, value };
Takes takes(const CLI::Option& option) {
  if (option.get_items_expected_max() > 0) return Takes::value;
  return option.get_type_name().empty() ? Takes::nothing : Takes::optional_value;
}

class Reader {
 public:
  Reader(const CLI::App& app, std::span<const std::string> words) : app_(app), words_(words) {}

  Result<CommandLine> read() {
    for (; at_ < words_.size(); ++at_) {
      const std::string& word = words_[at_];
      if (word == "--") {
        ++at_;
        break;
      }
      if (word.starts_with("--")) {
        TRY(read_long(word));
      } else if (word.size() > 1 && word.starts_with('-')) {
        TRY(read_short(word));
      } else {
        TRY(add_argument(word));
      }
    }
    for (; at_ < words_.size(); ++at_) {
      TRY(add_argument(words_[at_]));
    }
    return std::move(line_);
  }

 private:
  Status read_long(const std::string& word) {
    const size_t equals = word.find('=');
    const auto name = word.substr(2, equals == word.npos ? word.npos : equals - 2);
    const auto* option = find_long(app_, name);
    if (option == nullptr) return unknown(word);
    const std::string dashed = "--" + name;
    if (equals != word.npos) return add_value(*option, dashed, word.substr(equals + 1));
    return takes(*option) == Takes::value ? add_next_word(*option, dashed) : add_bare(*option);
  }

  /// One or more letters, the last of which may have a value.
  Status read_short(const std::string& word) {
    for (size_t i = 1; i < word.size(); ++i) {
      const auto* option = find_short(app_, word[i]);
      if (option == nullptr) return unknown(word);
      const std::string rest = word.substr(i + 1);
      const std::string dashed = {'-', word[i]};
      const bool digits = !rest.empty() && rest.find_first_not_of("0123456789") == rest.npos;
      if (takes(*option) == Takes::optional_value && digits)
        return add_value(*option, dashed, rest);
      if (takes(*option) == Takes::value) {
        return rest.empty() ? add_next_word(*option, dashed) : add_value(*option, dashed, rest);
      }
      TRY(add_bare(*option));
    }
    return {};
  }

  Status add_bare(const CLI::Option& option) {
    line_.options.push_back(spelt(option));
    return {};
  }

  Status add_value(const CLI::Option& option, const std::string& typed, const std::string& value) {
    if (takes(option) == Takes::nothing) return Error{typed + " takes no value", ""};
    if (value.empty()) {
      return Error{typed + " is empty", "if a variable was meant to be there, it is not set"};
    }
    line_.options.push_back(spelt(option) + "=" + value);
    return {};
  }

  Status add_next_word(const CLI::Option& option, const std::string& typed) {
    if (at_ + 1 == words_.size())
      return Error{typed + " needs a value: " + option.get_type_name(), ""};
    const std::string& value = words_[++at_];
    const std::string name = value.substr(0, value.find('='));
    const bool is_option =
        (name.starts_with("--") && find_long(app_, name.substr(2)) != nullptr) ||
        (name.size() == 2 && name[0] == '-' && find_short(app_, name[1]) != nullptr);
    if (is_option) {
      return Error{typed + " needs a value, and '" + value + "' is an option",
                   "if it is meant, write " + spelt(option) + "='" + value + "'"};
    }
    return add_value(option, typed, value);
  }

  Status add_argument(const std::string& word) {
    if (word.empty()) {
      return Error{"an argument is empty", "if a variable was meant to be there, it is not set"};
    }
    line_.arguments.push_back(word);
    return {};
  }

  Error unknown(const std::string& word) const {
    return {"unknown option '" + word + "'",
            did_you_mean(word.substr(0, word.find('=')), long_names(app_))};
  }

  const CLI::App& app_;
  std::span<const std::string> words_;
  size_t at_ = 0;
  CommandLine line_;
};

}  // namespace

Result<CommandLine> read_command_line(const CLI::App& app, std::span<const std::string> words) {
  return Reader(app, words).read();
}

bool asks_for(std::span<const std::string> words, std::string_view long_name, char short_name) {
  for (const auto& word : words) {
    if (word == "--") return false;
    if (word == long_name || word == std::string{'-', short_name}) return true;
  }
  return false;
}

}  // namespace pinpipe::cli
