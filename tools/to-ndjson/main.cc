#include <string>
#include <string_view>
#include <vector>

#include "base/buffer.h"
#include "cli/filter.h"
#include "cli/tool.h"
#include "json/scanner.h"
#include "ndjson/findings.h"

using namespace pinpipe;

namespace {

/// Lines as they are, if they are JSON objects; with `places` all lines, each of which is a finding
/// for the sake of its number. A Worker of ndjson::run_lines; one per thread.
class LineCopier {
 public:
  using Output = Buffer;
  static void clear(Output& output) { output.clear(); }
  static size_t made(const Output& output) { return output.size(); }

  explicit LineCopier(bool places) : places_(places) {}

  void begin(std::string_view lines) {
    if (!places_) scanner_.expect(lines);
  }
  Status line(std::string_view line, Buffer& to) {
    if (!places_) TRY(scanner_.object(line, members_));
    if (places_) findings_.push_back({0, ""});
    to.append(line);
    to.append('\n');
    return {};
  }
  std::vector<ndjson::Finding>& findings() { return findings_; }
  void give_back() {
    scanner_.give_back();
    members_.give_back();
  }

 private:
  bool places_;
  json::Scanner scanner_;
  json::Members members_;
  std::vector<ndjson::Finding> findings_;
};

/// The lines of `block` with their places, as --places says.
void append_with_places(const ndjson::LineBlock<LineCopier>& block, Buffer& to) {
  std::string_view rest = block.out.view();
  for (const auto& finding : block.findings) {
    const std::string number = std::to_string(block.file_lines_before + finding.line);
    const bool is_value = finding.value_line > 0;
    to.append(is_value ? std::to_string(finding.value_line) + ":" + number : number);
    to.append('\t');
    const size_t end = rest.find('\n') + 1;
    to.append(rest.substr(0, end));
    rest.remove_prefix(end);
  }
}

Result<cli::Outcome> run(cli::Tool& tool, bool places) {
  auto workers = cli::make_workers<LineCopier>(tool, [&] { return LineCopier(places); });
  Buffer placed;
  return cli::run_lines_to_output<LineCopier>(
      tool, workers, tool.line_options(),
      [&](ndjson::LineBlock<LineCopier>& block, stream::Output& output) {
        if (!places) return output.write(block.out.view(), block.in.idle);
        placed.clear();
        append_with_places(block, placed);
        return output.write(placed.view(), block.in.idle);
      });
}

}  // namespace

int main(int argc, char** argv) {
  bool places = false;
  cli::Tool tool("to-ndjson", "make lines of JSON in any form, compressed or not");
  tool.flags().flag(
      "--places", places,
      "For programs: write before each line where it is from. That is LINE, or LINE:VALUE where "
      "values are counted, and a tab; also before lines that are no JSON objects.");
  if (auto status = tool.parse(argc, argv)) return *status;
  return tool.finish(run(tool, places));
}
