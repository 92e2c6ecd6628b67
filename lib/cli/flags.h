// Declares the options of a tool, each of one kind: it is described, read, checked and shown by
// that.
//
//   tool.flags().count("--max-records", options.max_records, {1, 500}, "Put up to N records ...");
//
// What is declared here is all that --help, the man page, the completions and the sweep over all
// options (tests/pipelines/options-refuse-what-they-cannot-take.py) know of an option. A target
// that is a std::optional stays unset where the option is not given. Targets must outlive the
// parsing.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/expectation.h"
#include "cli/values.h"

// CLI11 stays behind this header: it takes longer to compile than most tools.
namespace CLI {  // NOLINT(readability-identifier-naming): theirs
class App;
class Option;
}  // namespace CLI

namespace pinpipe::cli {

enum class ValueKind : uint8_t {
  none,
  text,
  count,
  bytes,
  duration,
  number,
  choice,
  input_file,
  output_file,
  optional_count,
  expectation
};

/// The word for a kind: "count".
std::string_view name_of(ValueKind kind);

/// A declared option, to say how it goes with others. Valid as long as its Flags.
class Flag {
 public:
  explicit Flag(CLI::Option* option) : option_(option) {}
  /// Both together are misuse.
  const Flag& excludes(const Flag& other) const;
  /// This one without the other is misuse.
  const Flag& needs(const Flag& other) const;

 private:
  friend class Flags;
  CLI::Option* option_;
};

/// What is known of a declared option.
struct FlagFacts {
  const CLI::Option* option;
  ValueKind kind;
  const std::string* file;  ///< where a file's name is read into; null for other kinds
};

class Flags {
 public:
  /// Declares on `app`, which must outlive this.
  explicit Flags(CLI::App& app) : app_(app) {}

  Flag flag(const std::string& names, bool& to, const std::string& text);
  /// Any text but an empty one; `type` is what stands for it in the help.
  template <class Target>
  Flag text(const std::string& names, Target& to, const std::string& type,
            const std::string& text) {
    return add(names, type, text, ValueKind::text,
               [&to](std::string_view, const std::string& value) -> Status {
                 to = value;
                 return {};
               });
  }
  /// Texts with commas between, each of which `parse` makes a value of or says what is wrong with
  /// it; it may be given several times.
  template <class Value, class Parse>
  Flag list(const std::string& names, std::vector<Value>& to, const std::string& type, Parse parse,
            const std::string& text) {
    return add(names, type, text, ValueKind::text,
               [&to, parse](std::string_view, std::string_view values) -> Status {
                 for (;;) {
                   const auto value = values.substr(0, values.find(','));
                   to.push_back(TRY(parse(value)));
                   if (value.size() == values.size()) return {};
                   values.remove_prefix(value.size() + 1);
                 }
               });
  }
  /// The same where commas are part of a value.
  template <class Value, class Parse>
  Flag each(const std::string& names, std::vector<Value>& to, const std::string& type, Parse parse,
            const std::string& text) {
    return add(names, type, text, ValueKind::text,
               [&to, parse](std::string_view, const std::string& value) -> Status {
                 to.push_back(TRY(parse(value)));
                 return {};
               });
  }
  /// A text that `parse` makes the value of, or says what is wrong with it.
  template <class Value, class Parse>
  Flag parsed(const std::string& names, std::optional<Value>& to, const std::string& type,
              Parse parse, const std::string& text) {
    return add(names, type, text, ValueKind::text,
               [&to, parse](std::string_view, const std::string& value) -> Status {
                 to = TRY(parse(value));
                 return {};
               });
  }
  template <class Target>
  Flag count(const std::string& names, Target& to, Range<uint64_t> range, const std::string& text) {
    return add(names, "N", text, ValueKind::count, reader(to, [range](auto option, auto& value) {
                 return parse_count(option, value, range);
               }));
  }
  template <class Target>
  Flag bytes(const std::string& names, Target& to, Range<uint64_t> range, const std::string& text) {
    return add(names, "BYTES", text, ValueKind::bytes,
               reader(to, [range](auto option, auto& value) {
                 return parse_bytes(option, value, range);
               }));
  }
  /// `to` is Milliseconds, or optional. A bare number counts `bare_unit`.
  template <class Target>
  Flag duration(const std::string& names, Target& to, Milliseconds bare_unit,
                Range<int64_t> range_ms, const std::string& text) {
    return add(names, "DURATION", text, ValueKind::duration,
               reader(to, [range_ms, bare_unit](auto option, auto& value) {
                 return parse_duration(option, value, bare_unit, range_ms);
               }));
  }
  /// `to` is double, or optional; greater than `range.min` where `above_min`.
  template <class Target>
  Flag number(const std::string& names, Target& to, const std::string& type, Range<double> range,
              bool above_min, const std::string& text) {
    return add(names, type, text, ValueKind::number,
               reader(to, [range, above_min](auto option, auto& value) {
                 return parse_number(option, value, range, above_min);
               }));
  }
  /// One of the names of `choices`, which live as long as the program.
  template <class Target, class Choices>
  Flag choice(const std::string& names, Target& to, const Choices& choices,
              const std::string& text) {
    using Value = typename Choices::value_type::second_type;
    std::vector<std::string> words;
    std::string type;
    for (const auto& [word, value] : choices) {
      words.emplace_back(word);
      type += (type.empty() ? "" : "|") + words.back();
    }
    return add(
        names, type, text, ValueKind::choice,
        reader(to, [&choices, words = std::move(words)](auto option, auto& value) -> Result<Value> {
          const auto at = TRY(parse_choice(option, value, words));
          return choices[at].second;
        }));
  }
  /// A file that is read beside the records, or written beside the output.
  Flag input_file(const std::string& names, std::string& to, const std::string& text);
  Flag output_file(const std::string& names, std::string& to, const std::string& text);
  /// -z, --zstd[=LEVEL]: how much to compress.
  Flag zstd(std::optional<int>& level, const std::string& text);
  /// A count that may be left out, and follows only '=': --zstd[=LEVEL]. Left out it is `without`.
  Flag optional_count(const std::string& names, std::optional<int>& to, int without,
                      Range<uint64_t> range, const std::string& type, const std::string& text);

  /// NAME<SHARE, where NAME is one of `names_of_shares`; each that is given is added.
  Flag expectation(const std::string& names, std::vector<Expectation>& to,
                   std::vector<std::string> names_of_shares, const std::string& text);

  const std::vector<FlagFacts>& facts() const { return facts_; }
  /// Those that come now stand under this heading, until the next; "" hides them.
  void group(const std::string& heading);
  /// A JSON line for each visible option: {"name":"--count","kind":"count","type":"N"}.
  std::string facts_text() const;

 private:
  /// Reads a value, or says what is wrong with it.
  using Reader = std::function<Status(std::string_view option, const std::string& value)>;

  template <class Target, class Parse>
  static Reader reader(Target& to, Parse parse) {
    return [&to, parse](std::string_view option, const std::string& text) -> Status {
      auto value = TRY(parse(option, text));
      if constexpr (requires { to.value(); }) {
        to = static_cast<typename Target::value_type>(value);
      } else {
        to = static_cast<Target>(value);
      }
      return {};
    };
  }

  Flag add(const std::string& names, const std::string& type, const std::string& text,
           ValueKind kind, Reader read);

  CLI::App& app_;
  std::vector<FlagFacts> facts_;
};

}  // namespace pinpipe::cli
