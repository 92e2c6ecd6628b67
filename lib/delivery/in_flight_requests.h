// Requests that were taken and are not reported yet, in the order of input, and what became of
// their records.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "delivery/request.h"
#include "http/transport.h"

namespace pinpipe::delivery {

struct InFlightRequest {
  Request content;  ///< its line is gone once it is settled
  http::TimePoint arrived;
  size_t records = 0;
  size_t delivered = 0;
  size_t dead_lettered = 0;
  size_t lost = 0;  ///< not delivered, and not kept either
  uint64_t attempts = 0;
  int status = 0;                    ///< of HTTP, the last one; 0: no reply
  std::string error;                 ///< why records were not delivered, the last reason
  std::vector<std::string> offsets;  ///< of each record, as JSON, where they are wanted
  std::optional<http::TimePoint> first_sent;
  size_t cost = 0;     ///< what counts as held for it
  std::string report;  ///< a line, once it is settled

  bool settled() const { return delivered + dead_lettered + lost == records; }
};

class InFlightRequests {
 public:
  explicit InFlightRequests(bool with_offsets) : with_offsets_(with_offsets) {}

  /// The reference is valid until its report was taken.
  InFlightRequest& add(Request request, http::TimePoint now);

  /// Makes the report of `in_flight`, and lets go of its line. Returns the bytes that are free
  /// again. REQUIRES: in_flight.settled()
  int64_t settle(InFlightRequest& in_flight, http::TimePoint now);

  /// Appends the reports whose turn it is. Returns the bytes that are free again.
  int64_t take_reports(std::string& to);

  bool empty() const { return requests_.empty(); }

 private:
  bool with_offsets_;
  std::deque<std::unique_ptr<InFlightRequest>> requests_;
};

/// {"topic":…,"status":…,"records":…,"delivered":…,"dead_lettered":…,"attempts":…,"ms":…,…}
std::string report_line(const InFlightRequest& in_flight, http::TimePoint now);

/// "1 record", "2 records".
std::string counted_records(uint64_t count);

}  // namespace pinpipe::delivery
