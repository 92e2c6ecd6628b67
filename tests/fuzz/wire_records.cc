// Any bytes as lines of payloads for --unwrap and --decode. What comes out are JSON objects, and a
// line of which all was refused adds none.
#include <simdjson.h>

#include "lines_of.h"
#include "wire/kafka_rest.h"
#include "wire/kinesis.h"

namespace pinpipe::fuzz {
namespace {

bool is_object(std::string_view line) {
  static simdjson::dom::parser parser(64 * 1024 * 1024);
  simdjson::dom::element element;
  const auto error = parser.parse(line.data(), line.size()).get(element);
  if (error == simdjson::SUCCESS) return element.is_object();
  return error == simdjson::NUMBER_ERROR || error == simdjson::DEPTH_ERROR ||
         error == simdjson::STRING_ERROR;
}

template <class Worker>
void check(std::string_view line) {
  static Worker worker;
  wire::RecordLines lines;
  const auto status = worker.line(line, lines);
  if (!status.ok()) {
    expect(lines.text.empty() && lines.records == 0, "a refused line adds nothing", line);
    return expect(!status.error().what.empty(), "a refusal says why", line);
  }
  uint64_t records = 0;
  each_line(lines.text.view(), [&](std::string_view record) {
    ++records;
    expect(is_object(record), "records are JSON objects", line);
  });
  expect(records == lines.records, "all are counted", line);
  for (const auto& part : lines.rejected)
    expect(!part.reason.empty(), "a refused part says why", line);
}

}  // namespace
}  // namespace pinpipe::fuzz

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  using namespace pinpipe;
  fuzz::each_line(fuzz::view(data, size), [](std::string_view line) {
    fuzz::check<wire::KafkaUnwrapper>(line);
    fuzz::check<wire::KinesisDecoder>(line);
  });
  return 0;
}
