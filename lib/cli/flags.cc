#include "cli/flags.h"

#include <CLI/CLI.hpp>

#include <array>
#include <filesystem>

#include "json/writer.h"
#include "stream/output.h"

namespace pinpipe::cli {
namespace {

constexpr std::array<std::string_view, 11> kKindNames{
    "none",   "text",       "count",       "bytes",          "duration",   "number",
    "choice", "input_file", "output_file", "optional_count", "expectation"};

/// "--output" of "-o,--output".
std::string long_name(const std::string& names) {
  const size_t at = names.find("--");
  const size_t end = names.find_first_of(",{", at == names.npos ? 0 : at);
  return names.substr(at == names.npos ? 0 : at, end == names.npos ? names.npos : end - at);
}

}  // namespace

const Flag& Flag::excludes(const Flag& other) const {
  option_->excludes(other.option_);
  return *this;
}

const Flag& Flag::needs(const Flag& other) const {
  option_->needs(other.option_);
  return *this;
}

std::string_view name_of(ValueKind kind) { return kKindNames[static_cast<size_t>(kind)]; }

/// Each value that is given is checked, also one that a later one overrides.
Flag Flags::add(const std::string& names, const std::string& type, const std::string& text,
                ValueKind kind, Reader read) {
  auto* option = app_.add_option(
      names, [](const CLI::results_t&) { return true; }, text);
  option->type_name(type);
  option->each([read = std::move(read), name = long_name(names)](const std::string& value) {
    if (auto status = read(name, value); !status.ok()) throw Error(status.error());
  });
  facts_.push_back({option, kind, nullptr});
  return Flag(option);
}

Flag Flags::flag(const std::string& names, bool& to, const std::string& text) {
  auto* option = app_.add_flag(names, to, text);
  facts_.push_back({option, ValueKind::none, nullptr});
  return Flag(option);
}

Flag Flags::input_file(const std::string& names, std::string& to, const std::string& text) {
  const auto read = [&to](std::string_view option, const std::string& value) -> Status {
    std::error_code error;
    if (std::filesystem::is_directory(value, error))
      return Error{std::string(option) + " takes a file, not the folder '" + value + "'", ""};
    to = value;
    return {};
  };
  const auto flag = add(names, "FILE", text, ValueKind::input_file, read);
  facts_.back().file = &to;
  return flag;
}

Flag Flags::output_file(const std::string& names, std::string& to, const std::string& text) {
  const auto flag = this->text(names, to, "FILE", text);
  facts_.back() = {flag.option_, ValueKind::output_file, &to};
  return flag;
}

Flag Flags::zstd(std::optional<int>& level, const std::string& text) {
  constexpr uint64_t kMaxLevel = 19;  // beyond, zstd needs more memory than a filter may
  return optional_count("-z,--zstd", level, stream::kDefaultZstdLevel, {1, kMaxLevel}, "LEVEL",
                        text);
}

Flag Flags::optional_count(const std::string& names, std::optional<int>& to, int without,
                           Range<uint64_t> range, const std::string& type,
                           const std::string& text) {
  std::string with_default;
  for (const auto& name : CLI::detail::split(names, ',')) {
    with_default += (with_default.empty() ? "" : ",") + name + "{" + std::to_string(without) + "}";
  }
  const auto read =
      reader(to, [range](auto option, auto& value) { return parse_count(option, value, range); });
  // A flag to CLI11: an option would take the next word.
  auto* option = app_.add_flag_callback(
      with_default, [] {}, text);
  option->type_name("[=" + type + "]");
  option->each([read, name = long_name(names)](const std::string& value) {
    if (auto status = read(name, value); !status.ok()) throw Error(status.error());
  });
  facts_.push_back({option, ValueKind::optional_count, nullptr});
  return Flag(option);
}

Flag Flags::expectation(const std::string& names, std::vector<Expectation>& to,
                        std::vector<std::string> names_of_shares, const std::string& text) {
  return add(names, "NAME<SHARE", text, ValueKind::expectation,
             [&to, known = std::move(names_of_shares)](std::string_view option,
                                                       const std::string& value) -> Status {
               to.push_back(TRY(parse_expectation(option, value, known)));
               return {};
             });
}

void Flags::group(const std::string& heading) { app_.option_defaults()->group(heading); }

std::string Flags::facts_text() const {
  std::string text;
  for (const auto& fact : facts_) {
    if (fact.option->get_group().empty()) continue;
    json::Writer writer(text);
    writer.begin_object();
    writer.member("name", "--" + fact.option->get_lnames().front());
    writer.member("kind", name_of(fact.kind));
    writer.member("type", fact.option->get_type_name());
    writer.end_object();
    text += '\n';
  }
  return text;
}

}  // namespace pinpipe::cli
