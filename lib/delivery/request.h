// One line of input as something to send: its destination, its protocol, and where its records are.
//
// A line is what to-kafka-payload and kinesis-encode write, or a dead letter of an earlier run,
// which is the same with "reason" and "status" beside.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "json/scanner.h"
#include "record/records.h"
#include "wire/protocol.h"

namespace pinpipe::delivery {

using wire::Protocol;
using wire::ProtocolRow;
using wire::Service;

struct Request {
  struct Span {
    size_t begin = 0;  ///< in `line`
    size_t size = 0;
  };

  Protocol protocol = Protocol::kafka_v2;
  std::string destination;    ///< the name of the topic or stream, escapes resolved
  std::string line;           ///< as it came
  Span payload;               ///< the whole of it is the body of a request
  std::vector<Span> records;  ///< raw; the payload itself where the protocol has no list
  std::string open;           ///< the text before the records of a list, as a body needs it

  std::string_view text(Span span) const {
    return std::string_view(line).substr(span.begin, span.size);
  }
  /// Whether records of `other` can travel in the same body as this one's.
  bool goes_with(const Request& other) const;
  /// Bytes of memory that it takes, about.
  size_t cost() const;
};

/// "topic 'ID.pin'", for people.
std::string shown_destination(const Request& request);

/// The text around the records `texts` of `request`, with them: a body. Of one record where the
/// protocol takes no more.
std::string body_of(const Request& request, const std::vector<std::string_view>& texts);

/// Reads lines, one after the other; keeps its memory between them.
class RequestParser {
 public:
  /// Reads `line` into `to`. Errors: not a JSON object, no or two destinations, an unknown key, an
  /// empty list, a payload of no known protocol, a record without what its protocol must have.
  Status parse(std::string_view line, Request& to);

 private:
  Result<Service> find_destination(const json::ObjectView& line, Request& to);
  Status check_keys(const json::ObjectView& payload, const ProtocolRow& protocol) const;
  Status check_stream(const json::ObjectView& payload, Request& to);
  Status find_records(const json::ObjectView& payload, std::string_view line, Request& to);

  json::Scanner scanner_{json::kMaxDepth};
  json::Members members_{json::Members::kMax + json::kWrapping};
};

}  // namespace pinpipe::delivery
