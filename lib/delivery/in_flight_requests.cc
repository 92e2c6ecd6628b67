#include "delivery/in_flight_requests.h"

#include <cassert>
#include <utility>

#include "json/writer.h"

namespace pinpipe::delivery {
namespace {

void write_offsets(const std::vector<std::string>& offsets, json::Writer<std::string>& writer) {
  writer.key("offsets");
  writer.begin_array();
  for (const auto& offset : offsets) writer.raw(offset.empty() ? "null" : offset);
  writer.end_array();
}

}  // namespace

InFlightRequest& InFlightRequests::add(Request request, http::TimePoint now) {
  auto in_flight = std::make_unique<InFlightRequest>();
  in_flight->cost = request.cost();
  in_flight->records = request.records.size();
  if (with_offsets_) in_flight->offsets.resize(in_flight->records);
  in_flight->content = std::move(request);
  in_flight->arrived = now;
  requests_.push_back(std::move(in_flight));
  return *requests_.back();
}

int64_t InFlightRequests::settle(InFlightRequest& in_flight, http::TimePoint now) {
  assert(in_flight.settled());
  in_flight.report = report_line(in_flight, now);
  in_flight.content.line = {};
  in_flight.content.records = {};
  in_flight.offsets = {};
  const auto before = static_cast<int64_t>(std::exchange(in_flight.cost, in_flight.report.size()));
  return before - static_cast<int64_t>(in_flight.cost);
}

int64_t InFlightRequests::take_reports(std::string& to) {
  int64_t freed = 0;
  while (!requests_.empty() && !requests_.front()->report.empty()) {
    to += requests_.front()->report;
    freed += static_cast<int64_t>(requests_.front()->cost);
    requests_.pop_front();
  }
  return freed;
}

std::string report_line(const InFlightRequest& in_flight, http::TimePoint now) {
  const auto taken = in_flight.first_sent ? now - *in_flight.first_sent : http::Clock::duration(0);
  std::string line;
  json::Writer writer(line);
  writer.begin_object();
  writer.member(wire::row_of(in_flight.content.protocol).destination(),
                in_flight.content.destination);
  writer.key("status");
  in_flight.status == 0 ? writer.null() : writer.value(in_flight.status);
  writer.member("records", in_flight.records);
  writer.member("delivered", in_flight.delivered);
  writer.member("dead_lettered", in_flight.dead_lettered);
  if (in_flight.lost > 0) writer.member("lost", in_flight.lost);
  writer.member("attempts", in_flight.attempts);
  writer.member("ms", std::chrono::duration_cast<http::Milliseconds>(taken).count());
  if (!in_flight.offsets.empty()) write_offsets(in_flight.offsets, writer);
  if (!in_flight.error.empty()) writer.member("error", in_flight.error);
  writer.end_object();
  return line + "\n";
}

std::string counted_records(uint64_t count) {
  return std::to_string(count) + (count == 1 ? " record" : " records");
}

}  // namespace pinpipe::delivery
