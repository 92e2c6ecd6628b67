#include "kafka/jaas.h"

#include <algorithm>
#include <optional>

#include "base/ascii.h"

namespace pinpipe::kafka {
namespace {

constexpr std::string_view kBlanks = " \t\r\n\f";
constexpr std::string_view kFlags[] = {"required", "requisite", "sufficient", "optional"};
constexpr const char* kModuleForm =
    "it is CLASS required NAME=\"VALUE\" ...; with the ';' at its end, as AWS's documentation has "
    "it";

/// What Java makes of the value of a property: a backslash goes, what is behind it stays.
std::string without_escapes(std::string_view text) {
  std::string result;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\' && ++at == text.size()) break;
    result += text[at];
  }
  return result;
}

/// Takes words, signs and values from the front of a text.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) { skip_blanks(); }

  bool at_end() const { return rest_.empty(); }

  bool take(char sign) {
    if (rest_.empty() || rest_.front() != sign) return false;
    rest_.remove_prefix(1);
    skip_blanks();
    return true;
  }

  /// Up to a blank or one of `ends`; "" where there is none.
  std::string take_word(std::string_view ends) {
    const auto is_end = [&](char c) {
      return kBlanks.find(c) != kBlanks.npos || ends.find(c) != ends.npos;
    };
    const auto end = std::ranges::find_if(rest_, is_end);
    std::string word(rest_.begin(), end);
    rest_.remove_prefix(word.size());
    skip_blanks();
    return word;
  }

  /// Nothing where a quotation is not closed.
  std::optional<std::string> take_value() {
    if (rest_.empty() || (rest_.front() != '"' && rest_.front() != '\'')) return take_word(";");
    const char quote = rest_.front();
    std::string value;
    size_t at = 1;
    for (; at < rest_.size() && rest_[at] != quote; ++at) {
      if (rest_[at] == '\\' && at + 1 < rest_.size()) ++at;
      value += rest_[at];
    }
    rest_.remove_prefix(std::min(at, rest_.size()));
    if (!take(quote)) return std::nullopt;
    return value;
  }

 private:
  void skip_blanks() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(kBlanks), rest_.size()));
  }

  std::string_view rest_;
};

Error malformed(const char* why) { return {why, kModuleForm}; }

}  // namespace

Result<LoginModule> parse_login_module(std::string_view text) {
  const auto plain = without_escapes(text);
  Reader reader(plain);
  LoginModule module;
  module.name = reader.take_word(";=\"'");
  if (module.name.empty()) return malformed("no login module");
  const auto flag = lower_case(reader.take_word(";=\"'"));
  if (std::ranges::count(kFlags, std::string_view(flag)) == 0)
    return malformed("no 'required' behind the login module");
  while (!reader.take(';')) {
    if (reader.at_end()) return malformed("no ';' at the end of the login module");
    auto name = reader.take_word(";=\"'");
    if (name.empty() || !reader.take('='))
      return malformed("an option is not of the form NAME=VALUE");
    auto value = reader.take_value();
    if (!value) return malformed("a quotation is not closed");
    module.options.emplace_back(std::move(name), std::move(*value));
  }
  if (!reader.at_end()) return malformed("something stands behind the ';' of the login module");
  return module;
}

}  // namespace pinpipe::kafka
