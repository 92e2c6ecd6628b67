// How far a stream has been read, as it is kept in a file between runs.
//
//   {"stream": "S", "shards": {"shardId-0": {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER",
//    "StartingSequenceNumber": "495…"}, "shardId-1": null}}
//
// A shard has the arguments of its next iterator, or null when all of it has been read and nothing
// more is written to it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/status.h"

namespace pinpipe::aws {

class StreamPlace {
 public:
  /// The place in `file`, or that of a stream that was not read yet where there is none. Without a
  /// file ("") it lasts as long as this. Errors: the file cannot be read or written, is none of
  /// ours, is of another stream.
  static Result<StreamPlace> open(const std::string& stream, const std::string& file);

  bool is_new() const { return shards_.empty(); }
  const std::string& file() const { return file_; }
  bool has_ended(const std::string& shard) const;
  /// Where to go on in a shard: members of a JSON object, which a shard that is not known gets from
  /// TRIM_HORIZON. REQUIRES: !has_ended(shard)
  const std::string& next(const std::string& shard);

  void read_to(const std::string& shard, std::string_view sequence_number);
  void from_time(const std::string& shard, int64_t unix_seconds);
  void end(const std::string& shard);

  bool has_changed() const { return changed_; }
  /// Brings it to the disk, by a rename. Errors: I/O.
  Status keep();

 private:
  StreamPlace(std::string stream, std::string file)
      : stream_(std::move(stream)), file_(std::move(file)) {}
  Status load();
  std::string text() const;

  std::string stream_;
  std::string file_;
  std::map<std::string, std::optional<std::string>> shards_;
  bool changed_ = false;
};

}  // namespace pinpipe::aws
