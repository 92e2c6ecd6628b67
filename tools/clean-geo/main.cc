#include "clean/line_cleaner.h"
#include "clean/rules.h"
#include "cli/filter.h"
#include "cli/tool.h"

using namespace pinpipe;

int main(int argc, char** argv) {
  constexpr auto kDataset = record::Dataset::geo;
  clean::Options options;
  bool rules = false;

  cli::Tool tool("clean-geo",
                 "clean the geolocations of posts and records; all else passes byte for byte");
  tool.flags().flag("--strict", options.strict,
                    "Reject a record with a value that cannot be read, rather than null it.");
  tool.flags().flag("--rules", rules, "Print the cleaning rules, a JSON line each, and end.");
  if (auto status = tool.parse(argc, argv)) return *status;
  if (rules) return tool.print(clean::rules_text(kDataset));
  options.max_line = tool.line_options().blocks.max_line;
  return tool.finish(cli::run_filter<clean::LineCleaner>(
      tool, [&] { return clean::LineCleaner(kDataset, options); }));
}
