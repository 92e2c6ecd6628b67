// Any bytes as lines of JSON. The scanner takes what simdjson's DOM takes, but for numbers beyond
// what that holds, halves of surrogate pairs and depth; and what it took has as many members
// when it is read again, and when it was written compactly.
#include "json/scanner.h"

#include <simdjson.h>

#include <string>

#include "json/checked_text.h"
#include "json/string.h"
#include "lines_of.h"

namespace pinpipe::fuzz {
namespace {

size_t count_of(const json::Members& members) {
  size_t count = 0;
  members.each(0, members.size(), [&](const json::Member&, uint32_t) { ++count; });
  return count;
}

size_t count_of(json::CheckedText text) {
  size_t count = 0;
  for (bool more = text.enter(); more; more = text.next()) {
    text.key();
    text.value();
    ++count;
  }
  return count;
}

bool may_differ(simdjson::error_code error) {
  return error == simdjson::NUMBER_ERROR || error == simdjson::DEPTH_ERROR ||
         error == simdjson::STRING_ERROR;
}

void check(std::string_view line) {
  static json::Scanner scanner(json::kAnyDepth);
  static json::Members members, again;
  static simdjson::dom::parser parser(64 * 1024 * 1024);
  const auto status = scanner.object(line, members);
  simdjson::dom::object object;
  const auto error = parser.parse(line.data(), line.size()).get_object().get(object);
  if (!may_differ(error)) {
    expect(status.ok() == (error == simdjson::SUCCESS) || line.find("\\u") != line.npos,
           "simdjson takes the same", line);
  }
  if (!status.ok()) return expect(!status.error().what.empty(), "a refusal says why", line);

  expect(count_of(json::CheckedText(members.text())) == count_of(members),
         "to read it again finds as many members", line);
  Buffer compact;
  json::append_compact(members.text(), compact);
  expect(scanner.object(compact.view(), again).ok(), "what is written compactly is JSON", line);
  expect(count_of(again) == count_of(members), "and has as many members", line);
}

}  // namespace
}  // namespace pinpipe::fuzz

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  pinpipe::fuzz::each_line(pinpipe::fuzz::view(data, size), pinpipe::fuzz::check);
  return 0;
}
