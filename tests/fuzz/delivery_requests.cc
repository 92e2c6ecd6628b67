// Any bytes as a line of send-payloads and as the reply to it. A request that is taken has records
// with text, its own text is a body, and a reply says something of each of them or of all.
#include <array>

#include "delivery/reply.h"
#include "delivery/request.h"
#include "lines_of.h"

namespace pinpipe::fuzz {
namespace {

void check(std::string_view line, const http::Reply& reply) {
  static delivery::RequestParser parser;
  delivery::Request request;
  if (!parser.parse(line, request).ok()) return;
  expect(!request.destination.empty(), "a request has a destination", line);
  expect(!request.records.empty(), "a request has records", line);
  std::vector<std::string_view> texts;
  for (const auto& span : request.records) {
    texts.push_back(request.text(span));
    expect(!texts.back().empty(), "a record has text", line);
  }
  expect(!body_of(request, {texts.front()}).empty(), "a body is something", line);

  const auto outcome = delivery::read_reply(request.protocol, texts.size(), reply);
  expect(outcome.records.empty() || outcome.records.size() == texts.size(),
         "a reply says something of each record or of all", reply.body);
}

}  // namespace
}  // namespace pinpipe::fuzz

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  using namespace pinpipe;
  if (size < 2) return 0;
  constexpr std::array kStatuses{200, 204, 301, 400, 403, 404, 413, 422, 429, 500, 503, 0};
  const auto text = fuzz::view(data, size).substr(1);
  http::Reply reply;
  reply.status = kStatuses[data[0] % kStatuses.size()];
  const size_t end = text.find('\n');  // the first line is the reply to the others
  reply.body = text.substr(0, end);
  if (end == text.npos) return 0;
  fuzz::each_line(text.substr(end), [&](std::string_view line) { fuzz::check(line, reply); });
  return 0;
}
