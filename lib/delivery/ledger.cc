#include "delivery/ledger.h"

#include <utility>

#include "json/string.h"

namespace pinpipe::delivery {
namespace {

void append_offsets(const std::vector<std::string>& offsets, std::string& to) {
  to += ",\"offsets\":[";
  for (size_t i = 0; i < offsets.size(); ++i) {
    if (i > 0) to += ',';
    to += offsets[i].empty() ? "null" : offsets[i];
  }
  to += ']';
}

}  // namespace

OpenRequest& Ledger::add(Request request, http::TimePoint now) {
  auto open = std::make_unique<OpenRequest>();
  open->cost = request.cost();
  open->records = request.records.size();
  if (with_offsets_) open->offsets.resize(open->records);
  open->request = std::move(request);
  open->arrived = now;
  open_.push_back(std::move(open));
  return *open_.back();
}

int64_t Ledger::settle(OpenRequest& open, http::TimePoint now) {
  open.report = report_line(open, now);
  open.request.line = {};
  open.request.records = {};
  open.offsets = {};
  const auto before = static_cast<int64_t>(std::exchange(open.cost, open.report.size()));
  return before - static_cast<int64_t>(open.cost);
}

int64_t Ledger::take_reports(std::string& to) {
  int64_t freed = 0;
  while (!open_.empty() && !open_.front()->report.empty()) {
    to += open_.front()->report;
    freed += static_cast<int64_t>(open_.front()->cost);
    open_.pop_front();
  }
  return freed;
}

std::string report_line(const OpenRequest& open, http::TimePoint now) {
  const auto number = [](auto value) { return std::to_string(value); };
  const auto taken = open.first_sent ? now - *open.first_sent : http::Clock::duration(0);
  std::string line = "{\"" + std::string(facts(open.request.shape).destination) + "\":";
  json::append_quoted(open.request.destination, line);
  line += ",\"status\":" + (open.status == 0 ? "null" : number(open.status));
  line += ",\"records\":" + number(open.records) + ",\"delivered\":" + number(open.delivered);
  line += ",\"dead_lettered\":" + number(open.dead_lettered);
  if (open.lost > 0) line += ",\"lost\":" + number(open.lost);
  line += ",\"attempts\":" + number(open.attempts);
  line += ",\"ms\":" + number(std::chrono::duration_cast<http::Milliseconds>(taken).count());
  if (!open.offsets.empty()) append_offsets(open.offsets, line);
  if (!open.error.empty()) line += ",\"error\":" + json::quoted(open.error);
  return line + "}\n";
}

std::string counted_records(uint64_t count) {
  return std::to_string(count) + (count == 1 ? " record" : " records");
}

}  // namespace pinpipe::delivery
