// Any bytes as an input of another form of JSON. However the bytes come, the lines are the same;
// each line has a place, and places do not go back.
#include <string>
#include <vector>

#include "expect.h"
#include "ndjson/value_splitter.h"

namespace pinpipe::fuzz {
namespace {

constexpr size_t kMaxText = 4096;

struct Rewritten {
  std::string lines;
  std::vector<ndjson::Place> places;
};

/// Gives `text` in pieces, whose sizes are those of `cuts`, one after the other.
Rewritten rewritten(ndjson::Layout layout, bool arrays, std::string_view text,
                    std::string_view cuts) {
  ndjson::ValueSplitter splitter(layout, arrays, kMaxText);
  Buffer lines;
  for (size_t i = 0; !text.empty(); ++i) {
    const size_t size =
        cuts.empty() ? text.size() : 1 + static_cast<uint8_t>(cuts[i % cuts.size()]);
    splitter.split(text.substr(0, size), lines);
    text.remove_prefix(std::min(size, text.size()));
  }
  splitter.finish(lines);
  Rewritten result{std::string(lines.view()), {}};
  splitter.take_places(SIZE_MAX, result.places);
  return result;
}

void check(ndjson::Layout layout, bool arrays, std::string_view text, std::string_view cuts) {
  const auto whole = rewritten(layout, arrays, text, {});
  const auto cut = rewritten(layout, arrays, text, cuts);
  expect(whole.lines == cut.lines, "lines are the same however bytes come", text);
  expect(whole.places.size() == cut.places.size(), "and so are their places", text);
  uint64_t last = 1;
  for (size_t i = 0; i < whole.places.size(); ++i) {
    expect(whole.places[i].line == cut.places[i].line, "each of them", text);
    expect(whole.places[i].line >= last, "places go on", text);
    last = whole.places[i].line;
  }
}

}  // namespace
}  // namespace pinpipe::fuzz

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  using pinpipe::ndjson::Layout;
  if (size < 4) return 0;
  const auto text = pinpipe::fuzz::view(data, size);
  const auto layout = static_cast<Layout>(data[0] % 4);
  pinpipe::fuzz::check(layout, data[0] % 8 >= 4, text.substr(4), text.substr(1, 3));
  return 0;
}
