// Any bytes as lines for the cleaners. What they write is JSON, is clean to the cleaners and to
// query, and is the same from clean-posts as from the pipe of the three.
#include <simdjson.h>

#include <array>
#include <string>

#include "clean/line_cleaner.h"
#include "lines_of.h"
#include "query/extract.h"

namespace pinpipe::fuzz {
namespace {

/// What becomes of a line, without its newline; nothing: it was rejected.
std::optional<std::string> cleaned(clean::LineCleaner& cleaner, std::string_view line) {
  Buffer to;
  if (!cleaner.line(line, to).ok()) {
    expect(to.view().empty(), "a rejected line adds nothing", line);
    return std::nullopt;
  }
  expect(to.view().ends_with('\n'), "a line has its newline", line);
  return std::string(to.view().substr(0, to.size() - 1));
}

std::optional<std::string> cleaned_by_pipe(std::string_view line) {
  static std::array<clean::LineCleaner, 3> cleaners{clean::LineCleaner(record::Dataset::pin, {}),
                                                    clean::LineCleaner(record::Dataset::geo, {}),
                                                    clean::LineCleaner(record::Dataset::user, {})};
  std::optional<std::string> text(line);
  for (auto& cleaner : cleaners) {
    if (text) text = cleaned(cleaner, *text);
  }
  return text;
}

/// Whether query takes it.
bool is_clean(std::string_view line) {
  static const std::vector<query::Plan> plans;
  static const query::Program program(plans);
  static query::Extractor extractor(program);
  query::ExtractedBatch parts;
  return extractor.line(line, parts).ok();
}

void check(std::string_view line) {
  static clean::LineCleaner posts(record::kDatasets, {});
  const auto once = cleaned(posts, line);
  expect(once == cleaned_by_pipe(line), "clean-posts is the pipe of three", line);
  if (!once) return;
  simdjson::dom::parser parser(64 * 1024 * 1024);
  const auto error = parser.parse(*once).error();
  expect(error == simdjson::SUCCESS || error == simdjson::NUMBER_ERROR ||
             error == simdjson::DEPTH_ERROR || error == simdjson::STRING_ERROR,
         "what is written is JSON", *once);
  expect(cleaned(posts, *once) == once, "to clean again changes nothing", *once);
  expect(is_clean(*once), "query takes what is clean", *once);
}

}  // namespace
}  // namespace pinpipe::fuzz

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  pinpipe::fuzz::each_line(pinpipe::fuzz::view(data, size), pinpipe::fuzz::check);
  return 0;
}
