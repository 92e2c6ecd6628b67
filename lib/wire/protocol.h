// The protocols by which records travel to Kafka and Kinesis: one table, a row each.
//
//   v2               {"topic":T,"payload":{"records":[{"key":K,"value":V},…]}}
//   v3               {"topic":T,"payload":{"key":{"type":"JSON","data":K},
//                                          "value":{"type":"JSON","data":V}}}
//   kcat             {"topic":T,"key":K,"payload":"V"}
//   put-records      {"stream":S,"payload":{"StreamName":S,
//                                           "Records":[{"Data":B64,"PartitionKey":K},…]}}
//   put-record       {"stream":S,"payload":{"StreamName":S,"Data":B64,"PartitionKey":K}}
//   gateway-record   {"stream":S,"payload":{"StreamName":S,"Data":V,"PartitionKey":K}}
//   gateway-records  {"stream":S,"payload":{"records":[{"data":"V","partition-key":K},…]}}
//
// All that is asked about a protocol is asked of its row: what --api and --shape call it, how a
// record is written, how a request is known and checked, and how it is sent. A REST v3 server takes
// any number of records in one body, one behind the other, so such records can travel together
// although each has a line of its own.
//
// The usual template of a gateway encodes Data as base64 itself; for a batch it would print an
// object as a Java map, so there it has to be a string.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/object.h"
#include "wire/reply.h"

namespace pinpipe::wire {

enum class Service : uint8_t { kafka, kinesis };

enum class Protocol : uint8_t {
  kafka_v2,
  kafka_v3,
  kcat,
  put_records,
  put_record,
  gateway_record,
  gateway_records
};

/// How the text of a record stands in its entry: as it is, as a JSON string, or as base64.
enum class ValueForm : uint8_t { json, text, base64 };

/// The text of an entry around a record and its key. Those of Kafka have the key first, those of
/// Kinesis the record.
struct EntryText {
  ValueForm value = ValueForm::json;
  std::string_view open = {};
  std::string_view between = {};
  std::string_view close = {};
  std::string_view without_key = {};  ///< in the place of `open`, key and `between`
};

/// A request of HTTP.
struct HttpText {
  std::string_view method = {};                         ///< "" where a protocol does not go by HTTP
  std::string_view before_name = {}, behind_name = {};  ///< the path around the destination's name
  std::string_view content_type = {}, accept = {};
  /// X-Amz-Target; such requests are signed, and name nothing in the path.
  std::string_view target = {};
  /// Between the records of a body; "" where there can be but one.
  std::string_view separator = {};
};

struct ProtocolRow {
  Protocol protocol;
  Service service;
  std::string_view name;  ///< what --api or --shape calls it

  EntryText entry;
  std::string_view list = {};  ///< the payload's list of entries; "" where the payload is one
  bool has_payload = true;     ///< else an entry stands beside the destination's name
  std::string_view stream_name = {};  ///< the payload's field that names the stream; "" none

  /// A payload with one of these, as a string where `mark_is_text`, is of this protocol, if it is
  /// of none of the rows before.
  std::span<const std::string_view> marks = {};
  bool mark_is_text = false;
  std::span<const std::string_view> payload_keys = {};  ///< allowed beside the list
  std::span<const std::string_view> record_keys = {};   ///< allowed in a record
  std::string_view needed = {};                         ///< in each record; "" nothing

  HttpText http = {};
  BatchOutcome (*classify)(const ReplyText& reply, size_t sent) = nullptr;

  /// Whether a request has many records.
  bool is_batch() const { return !list.empty(); }
  /// The field that names the destination: "topic" or "stream".
  std::string_view destination() const;
};

const ProtocolRow& row_of(Protocol protocol);

/// What a service's option takes: the protocols by their names.
using ProtocolChoices = std::vector<std::pair<std::string_view, Protocol>>;
const ProtocolChoices& protocols_of(Service service);

/// The text before and behind the entries of a request to one destination.
struct Frame {
  std::string open;
  std::string close;
};
/// Of requests to `destination`, a line each; `payload_only`: of their payloads.
Frame frame_of(const ProtocolRow& row, std::string_view destination, bool payload_only);

/// The protocol of a request to `service` with this payload. Errors: it is that of none.
Result<Protocol> protocol_of(Service service, const json::ObjectView& payload,
                             const json::Members& members);

/// What a reply says about the `sent` records of a request.
BatchOutcome classify_reply(Protocol protocol, const ReplyText& reply, size_t sent);

}  // namespace pinpipe::wire
