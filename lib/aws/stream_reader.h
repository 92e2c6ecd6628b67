// Reads a stream of Kinesis: all its shards at once, each of them in order, and those that came of
// a shard by a split or a merge behind its end, so that records of one key keep their order.
//
// clang-format off
//   ListShards -> shards whose parents are read -> GetShardIterator -> GetRecords -> write -> place
//        ^                                               ^                 |  ^             |
//        |                                               +- it has expired +  +-------------+
//        +- a shard has ended
// clang-format on
//
// A shard takes 5 reads and 2 MiB a second of all who read it. Where `paced`, that is kept from the
// start; elsewhere (an emulator has no such limit) from when the server first says that it is too
// much. The place is kept behind what was written, never before it: what is read twice after a
// kill -9 is what was written in the last tenth of a second.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "aws/kinesis_client.h"
#include "aws/stream_place.h"
#include "base/status.h"
#include "http/transport.h"

namespace pinpipe::aws {

struct StreamReaderOptions {
  std::string stream;   ///< a name or an ARN
  bool follow = false;  ///< go on at the end; else stop behind what was there at the start
  bool latest = false;  ///< where no place is kept, begin with what comes from now on
  bool paced = false;
  unsigned parallel = 16;            ///< calls under way
  uint64_t max_bytes = 64ULL << 20;  ///< that they are likely to bring, together
  std::function<http::TimePoint()> now = http::Clock::now;
  std::function<std::time_t()> unix_time = [] { return std::time(nullptr); };
};

/// What the reader needs of the world.
struct StreamReaderHooks {
  /// Takes a reply of GetRecords that has records, as one line. On return it is out.
  std::function<Status(std::string_view line)> write;
  /// Whether to end with what is there.
  std::function<bool()> stopped = [] { return false; };
};

class StreamReader {
 public:
  struct Totals {
    uint64_t replies = 0;
    uint64_t records = 0;
    uint64_t bytes = 0;  ///< written
  };

  /// REQUIRES: `client` and `place` outlive it; no call of the client is under way.
  StreamReader(StreamReaderOptions options, StreamReaderHooks hooks, KinesisClient& client,
               StreamPlace& place);
  ~StreamReader();

  /// Runs to its end, or until stopped; the place is kept, also after an error. Errors: those of
  /// the client, of `write`, of the place.
  Status run();
  const Totals& totals() const { return totals_; }

 private:
  struct Reading;

  Status read_all();
  Status keep_in_time();
  std::optional<http::Milliseconds> time_to_next() const;

  void list(std::string arguments);
  void take_shards(ShardPage page, const http::Reply& reply);
  void begin(const http::Reply& reply);
  void find_shards();

  void start_due();
  bool has_room(const Reading& next) const;
  void start(Reading& shard);
  Status settle(KinesisDone done);
  Status settle_error(Reading* shard, KinesisError error) const;
  Status take_records(Reading& shard, KinesisDone done);
  Status write(const std::string& shard, const RecordsPage& page, std::string body);
  void end(Reading& shard);
  bool is_at_end(const Reading& shard, const RecordsPage& page) const;
  http::Milliseconds pause(const Reading& shard, const RecordsPage& page) const;

  StreamReaderOptions options_;
  StreamReaderHooks hooks_;
  KinesisClient& client_;
  StreamPlace& place_;

  std::vector<Shard> shards_;  // that are listed
  bool listing_ = false;
  bool list_again_ = false;
  std::vector<Shard> pages_;  // of the listing under way
  std::optional<double> begun_;

  std::map<std::string, Reading> readings_;
  std::multimap<http::TimePoint, Reading*> due_;
  std::unordered_map<uint64_t, Reading*> under_way_;  // null: a listing
  uint64_t bytes_under_way_ = 0;

  http::TimePoint kept_{};
  Totals totals_;
};

}  // namespace pinpipe::aws
