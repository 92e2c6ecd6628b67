#include "delivery/ledger.h"

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
  const auto taken = open.first_sent ? now - *open.first_sent : http::Clock::duration(0);
  std::string line;
  json::Writer writer(line);
  writer.begin_object();
  writer.member(facts(open.request.shape).destination, open.request.destination);
  writer.key("status");
  open.status == 0 ? writer.null() : writer.value(open.status);
  writer.member("records", open.records);
  writer.member("delivered", open.delivered);
  writer.member("dead_lettered", open.dead_lettered);
  if (open.lost > 0) writer.member("lost", open.lost);
  writer.member("attempts", open.attempts);
  writer.member("ms", std::chrono::duration_cast<http::Milliseconds>(taken).count());
  if (!open.offsets.empty()) write_offsets(open.offsets, writer);
  if (!open.error.empty()) writer.member("error", open.error);
  writer.end_object();
  return line + "\n";
}

std::string counted_records(uint64_t count) {
  return std::to_string(count) + (count == 1 ? " record" : " records");
}

}  // namespace pinpipe::delivery
