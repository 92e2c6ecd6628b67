// Aggregates of the Kinesis Producer Library: several user records packed into the Data of one.
//
//   F3 89 9A C2 | protobuf AggregatedRecord | MD5 of the protobuf
//
//   AggregatedRecord { repeated string partition_key_table = 1; repeated string
//   explicit_hash_key_table = 2;
//                      repeated Record records = 3; }
//   Record { required uint64 partition_key_index = 1; optional uint64 explicit_hash_key_index = 2;
//            required bytes data = 3; repeated Tag tags = 4; }
//
// (aggregation-format.md of amazon-kinesis-producer.)
#pragma once

#include <string_view>
#include <vector>

#include "json/scanner.h"

namespace pinpipe::wire {

/// Whether `data` claims to be an aggregate. No JSON text starts so.
bool is_aggregate(std::string_view data);

/// Sets `records` to the data of the user records in `data`, views into it. Faults, by name: cut
/// short, a wrong checksum, a malformed protobuf, a record without data or with a key that is not
/// in the table.
Status unpack_aggregate(std::string_view data, std::vector<std::string_view>& records);

}  // namespace pinpipe::wire
