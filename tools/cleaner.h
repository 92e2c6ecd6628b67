// What clean-pin, clean-geo, clean-user and clean-posts are but for the datasets that they clean.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "clean/line_cleaner.h"
#include "clean/rules.h"
#include "cli/filter.h"
#include "cli/tool.h"
#include "record/schema.h"

namespace pinpipe {

inline std::string rules_of_all(std::span<const record::Dataset> datasets) {
  std::string text;
  for (const auto dataset : datasets) text += clean::rules_text(dataset);
  return text;
}

inline constexpr std::string_view kShareOfLines = "rejected";
inline constexpr std::string_view kShareOfWorstField = "unreadable";
inline constexpr std::string_view kShareOfField = "unreadable.";  // and its name

/// The shares that --expect knows.
inline std::vector<std::string> names_of_shares(std::span<const record::Dataset> datasets) {
  std::vector<std::string> names{std::string(kShareOfLines), std::string(kShareOfWorstField)};
  for (const auto dataset : datasets) {
    for (const auto& field : record::clean_schema(dataset)) {
      auto name = std::string(kShareOfField).append(field.name);
      if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
    }
  }
  return names;
}

inline cli::Measured measure(std::string_view name, const clean::LineCleaner& cleaner,
                             const cli::Outcome& outcome) {
  if (name == kShareOfLines) return {outcome.rejected, outcome.in, "lines"};
  const bool is_named = name.starts_with(kShareOfField);
  const auto share = cleaner.unreadable(is_named ? name.substr(kShareOfField.size()) : "");
  return {share.unreadable, share.present, "values of " + std::string(share.field)};
}

/// Holds what came of a run to what was expected of it.
inline void hold(std::span<const cli::Expectation> expectations, const clean::LineCleaner& cleaner,
                 cli::Outcome& outcome) {
  for (const auto& expectation : expectations) {
    outcome.rejects_expected |= expectation.name == kShareOfLines;
    auto line = cli::unmet(expectation, measure(expectation.name, cleaner, outcome));
    if (line) outcome.unmet.push_back(std::move(*line));
  }
}

/// The `main` of a cleaner.
inline int run_cleaner(int argc, char** argv, const char* name, const char* summary,
                       std::span<const record::Dataset> datasets) {
  clean::Options options;
  std::vector<cli::Expectation> expectations;
  bool rules = false;
  bool schema = false;

  cli::Tool tool(name, summary);
  tool.flags().flag(
      "--strict", options.strict,
      "Reject a record with a value that cannot be read, rather than null it, or with "
      "a misspelt key.");
  tool.flags().flag("--check", options.check,
                    "Reject a record that is not clean already. The reasons are those of query, "
                    "and texts are written as they are, placeholders, too.");
  if (datasets.size() > 1) {
    tool.flags().flag("--as-posts", options.as_posts,
                      "Write a record that is a line of its own as a post of one member.");
  }
  tool.flags().expectation(
      "--expect", expectations, names_of_shares(datasets),
      "End with status 1 unless a share is below a bound. It is told, too; shares are "
      "'rejected<0.1%' of all lines, 'unreadable.FIELD<1%' of the values of a clean field that are "
      "there and no "
      "placeholders, or 'unreadable<1%' of those of each field. Rejects below the bound are then "
      "no reason for status 1. Of no lines all is as expected. May be repeated.");
  tool.flags().flag("--rules", rules, "Print the cleaning rules, a JSON line each, and end.");
  tool.flags().flag("--schema", schema,
                    "Print the fields of all datasets, raw and clean, a JSON line each, and end.");
  if (auto status = tool.parse(argc, argv)) return *status;
  if (rules) return tool.print(rules_of_all(datasets));
  if (schema) return tool.print(record::schema_text());
  options.max_line = tool.line_options().blocks.max_line;
  return tool.finish(cli::run_filter<clean::LineCleaner>(
      tool, [&] { return clean::LineCleaner(datasets, options); },
      [&](const clean::LineCleaner& cleaner, cli::Outcome& outcome) {
        hold(expectations, cleaner, outcome);
      }));
}

}  // namespace pinpipe
