// Records as Kinesis put requests, straight to the API or through an API Gateway proxy.
//
//   put-records {"stream":S,"payload":{"StreamName":S,"Records":[{"Data":B64,"PartitionKey":K},…]}}
//   put-record       {"stream":S,"payload":{"StreamName":S,"Data":B64,"PartitionKey":K}}
//   gateway-record   {"stream":S,"payload":{"StreamName":S,"Data":{…},"PartitionKey":K}}
//   gateway-records  {"stream":S,"payload":{"records":[{"data":"{…}","partition-key":K},…]}}
//
// Data is the record's compact JSON. The usual gateway template encodes it as base64 itself; for a
// batch it would print an object as a Java map, so there it has to be a string.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "wire/destination.h"
#include "wire/request_format.h"

namespace pinpipe::wire {

enum class KinesisShape : uint8_t { put_records, put_record, gateway_record, gateway_records };
inline constexpr std::array<std::pair<std::string_view, KinesisShape>, 4> kKinesisShapes{
    {{"put-records", KinesisShape::put_records},
     {"put-record", KinesisShape::put_record},
     {"gateway-record", KinesisShape::gateway_record},
     {"gateway-records", KinesisShape::gateway_records}}};
inline constexpr std::string_view name_of(KinesisShape shape) {
  return kKinesisShapes[static_cast<size_t>(shape)].first;
}

inline constexpr bool is_batch(KinesisShape shape) {
  return shape == KinesisShape::put_records || shape == KinesisShape::gateway_records;
}

/// The limits of the service count bytes of data and partition keys, before base64.
struct KinesisOptions {
  KinesisShape shape = KinesisShape::put_records;
  Destinations streams;
  std::optional<std::string> key_field;     ///< without: the record's own `ind` or `index`
  uint64_t max_records = 500;               ///< of a request
  uint64_t max_bytes = 5 * 1024 * 1024;     ///< of a request
  uint64_t max_record_bytes = 1024 * 1024;  ///< of a record
  std::chrono::milliseconds linger = kDefaultLinger;  ///< of a batch
  bool payload_only = false;                          ///< the payload without its envelope
};

/// Partition keys are 1 to 256 characters; a longer one is hashed, an empty one becomes the hash of
/// the record.
RequestFormat kinesis_format(const KinesisOptions& options);

}  // namespace pinpipe::wire
