// The calls of the Kinesis API of who reads streams or looks after them, and what they are replied:
// shards, records, streams.
//
// API model of Kinesis, 2013-12-02; all of it is JSON 1.1. Each function that reads gives nothing
// where `body` is not what it is named after. What goes into streams is in wire/kinesis.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/shard_map.h"

namespace pinpipe::wire {

struct Shard {
  std::string id;
  std::vector<std::string> parents;  ///< of a split one, of a merge two
  bool closed = false;               ///< nothing more is written to it
  std::optional<HashRange> hash_keys = {};
};

/// A page of ListShards, or what DescribeStream says of shards.
struct ShardPage {
  std::string stream = {};  ///< its name, where it is said
  std::vector<Shard> shards;
  std::string next;  ///< the token of the page behind it; "" for the last
};
std::optional<ShardPage> read_shard_page(std::string_view body);
/// The open ones of `shards`, as a line that read_shard_page reads.
std::string shard_line(const std::string& stream, const std::vector<Shard>& shards);

/// A reply of GetRecords.
struct RecordsPage {
  size_t records = 0;
  std::string last_sequence_number;    ///< of the last record
  std::optional<double> last_arrival;  ///< of the last record, in seconds since 1970
  std::string next_iterator;           ///< "": the shard is closed, and all of it has been read
  int64_t behind_ms = 0;               ///< the newest record, less what was read
};
std::optional<RecordsPage> read_records_page(std::string_view body);

/// What GetShardIterator gives.
std::optional<std::string> read_iterator(std::string_view body);

/// What DescribeStreamSummary says.
struct StreamSummary {
  std::string name;
  std::string arn;
  std::string status;  ///< CREATING, ACTIVE, UPDATING or DELETING
  int64_t open_shards = 0;
  int64_t retention_hours = 0;
  std::string mode;  ///< PROVISIONED or ON_DEMAND; "" of a server that does not know of it
};
std::optional<StreamSummary> read_summary(std::string_view body);

/// A page of ListStreams.
struct StreamPage {
  std::vector<std::string> names;
  bool more = false;  ///< behind the last of these names
};
std::optional<StreamPage> read_stream_page(std::string_view body);

// ---- arguments of calls ----

/// {"StreamName":…}, or {"StreamARN":…} of an ARN.
std::string stream_arguments(std::string_view stream);
/// The same with "ShardCount".
std::string create_arguments(std::string_view stream, uint64_t shards);
/// The same with "ShardId" and `position`, JSON members.
std::string iterator_arguments(std::string_view stream, std::string_view shard,
                               std::string_view position);
/// {"NAME":"VALUE"}: "NextToken" of a page of shards, "ExclusiveStartStreamName" of one of streams,
/// "ShardIterator" of records.
std::string argument(std::string_view name, std::string_view value);

}  // namespace pinpipe::wire
