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
//
// An aggregate is a record with a partition key or an explicit hash key, and one of them says which
// shard it goes to with all that is in it. A consumer that finds a record in it whose own explicit
// hash key, or without one the MD5 of whose partition key, is not of the shard it reads drops the
// aggregate: see AggregatorUtil.java of amazon-kinesis-client.
#pragma once

#include <cassert>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/buffer.h"
#include "base/status.h"

namespace pinpipe::wire {

/// Whether `data` claims to be an aggregate. No JSON text starts so.
bool is_aggregate(std::string_view data);

/// Sets `records` to the data of the user records in `data`, views into it. Faults, by name: cut
/// short, a wrong checksum, a malformed protobuf, a record without data or with a key that is not
/// in the table.
Status unpack_aggregate(std::string_view data, std::vector<std::string_view>& records);

/// A record on its way into an aggregate.
struct UserRecord {
  uint32_t part;  ///< of Aggregation::parts
  std::string_view partition_key;
  std::string_view data;

  /// Appends it so that read() finds it again; of no use beyond the process.
  void append_to(Buffer& to) const;
  /// REQUIRES: `bytes` are what append_to appended. Views are of them.
  static UserRecord read(std::string_view bytes);
};

/// User records with one explicit hash key, theirs and that of the record they are packed into: so
/// none is ever in another shard than the aggregate, whatever is split while it is on its way.
class Aggregate {
 public:
  /// REQUIRES: `explicit_hash_key` is a hash key in decimal.
  explicit Aggregate(std::string explicit_hash_key);

  /// Adds a record. False, and nothing is added, where there are some and the Data would have more
  /// than `most` bytes with the partition key that goes with it.
  bool add(std::string_view partition_key, std::string_view data, uint64_t most);

  uint64_t records() const { return records_; }
  /// Bytes of the protobuf.
  size_t size() const;
  /// Bytes of memory that the records take, about.
  size_t cost() const;
  const std::string& explicit_hash_key() const { return explicit_hash_key_; }
  /// The key of the first record: one that goes to the same shard. REQUIRES: records() > 0
  std::string_view partition_key() const {
    assert(records_ > 0);
    return first_key_;
  }
  /// Sets `data` to the aggregate, or, of one record, to its own data, as the library does; and
  /// forgets the records. REQUIRES: records() > 0
  void take(std::string& data);

 private:
  std::string explicit_hash_key_;
  std::unordered_map<std::string, uint64_t> indexes_;  // of the keys in the table
  std::string keys_;                                   // the partition key table, as fields
  std::string entries_;                                // the records, as fields
  std::string first_key_;
  size_t first_size_ = 0;  // bytes of the first record's data
  uint64_t records_ = 0;
};

}  // namespace pinpipe::wire
