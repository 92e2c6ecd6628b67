// What clean-pin, clean-geo, clean-user and clean-posts are but for the datasets that they clean.
#pragma once

#include <span>

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

/// The `main` of a cleaner.
inline int run_cleaner(int argc, char** argv, const char* name, const char* summary,
                       std::span<const record::Dataset> datasets) {
  clean::Options options;
  bool rules = false;
  bool schema = false;

  cli::Tool tool(name, summary);
  tool.flags().flag("--strict", options.strict,
                    "Reject a record with a value that cannot be read, rather than null it.");
  tool.flags().flag("--rules", rules, "Print the cleaning rules, a JSON line each, and end.");
  tool.flags().flag("--schema", schema,
                    "Print the fields of all datasets, raw and clean, a JSON line each, and end.");
  if (auto status = tool.parse(argc, argv)) return *status;
  if (rules) return tool.print(rules_of_all(datasets));
  if (schema) return tool.print(record::schema_text());
  options.max_line = tool.line_options().blocks.max_line;
  return tool.finish(cli::run_filter<clean::LineCleaner>(
      tool, [&] { return clean::LineCleaner(datasets, options); }));
}

}  // namespace pinpipe
