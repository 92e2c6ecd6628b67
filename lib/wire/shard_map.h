// Where partition keys lie, and which shard has them.
//
// The place of a partition key on the ring of hash keys is its MD5, read as a whole number of 128
// bits; a shard has the keys from one hash key to another, both included. An explicit hash key is
// such a number in decimal, and counts instead. (API model of Kinesis, 2013-12-02.)
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"

namespace pinpipe::wire {

using HashKey = unsigned __int128;

inline constexpr HashKey kLastHashKey = ~HashKey{0};

HashKey hash_key_of(std::string_view partition_key);
std::string decimal(HashKey key);
/// Nothing where `text` is no whole number without leading zeros, or has more than 128 bits.
std::optional<HashKey> read_hash_key(std::string_view text);

/// Both ends belong to it.
struct HashRange {
  HashKey first = 0;
  HashKey last = kLastHashKey;

  bool operator==(const HashRange&) const = default;
  bool has(HashKey key) const { return first <= key && key <= last; }
  HashKey middle() const { return first + (last - first) / 2; }
};

/// Ranges that have each hash key once, in their order.
class ShardMap {
 public:
  /// What CreateStream makes of a number of shards. REQUIRES: shards > 0
  static ShardMap even(size_t shards);
  /// Those in `ranges`, in any order. Errors: hash keys that are in none or in two.
  static Result<ShardMap> of(std::vector<HashRange> ranges);
  /// That of the open shards of `stream` in `text`: replies of ListShards or DescribeStream, one,
  /// indented or not, or several, a line each. Those that name another stream are skipped. Errors:
  /// none of these, no shard of the stream, hash keys that are in no open shard or in two.
  static Result<ShardMap> read(std::string_view text, const std::string& stream);

  size_t size() const { return ranges_.size(); }
  const HashRange& operator[](size_t index) const { return ranges_[index]; }
  /// The index of the range that has `key`.
  size_t index_of(HashKey key) const;
  /// Each range cut in its middle, as a split of a shard does by default.
  ShardMap halved() const;

 private:
  explicit ShardMap(std::vector<HashRange> ranges) : ranges_(std::move(ranges)) {}

  std::vector<HashRange> ranges_;
};

}  // namespace pinpipe::wire
