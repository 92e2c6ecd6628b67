// How objects are named, which is how Kafka Connect's S3 sink names them:
//
//   topics/TOPIC/partition=N/TOPIC+N+OFFSET.json     or .json.zst; OFFSET, of ten digits, is that
//   of
//                                                    the first line
//
// An object holds offsets without a gap, so its name and its lines say where the next one begins.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/buffer.h"
#include "base/status.h"

namespace pinpipe::kafka {

struct ObjectName {
  std::string topic;
  int32_t partition = 0;
  int64_t offset = 0;
  bool zstd = false;

  std::string file() const;  ///< "TOPIC+N+OFFSET.json"
  std::string path() const;  ///< "topics/TOPIC/partition=N/TOPIC+N+OFFSET.json"
};

/// "topics/TOPIC/": what the paths of all objects of a topic start with.
std::string topic_folder(std::string_view topic);

/// The object of `topic` that `path` is; nothing where it is none.
std::optional<ObjectName> parse_object_path(std::string_view topic, std::string_view path);

// ---- object writer
// --------------------------------------------------------------------------------
//
// Cuts the values of a partition into objects: lines in a file that grows as values come.
//
// The file is opened anew for each 64 KiB that are written, so that a sink of thousands of
// partitions holds neither their lines nor as many descriptors, and compressed only when it is
// whole, so that it does not hold as many contexts of zstd, of some megabytes each.

/// An object that is whole, but not yet in its place.
struct FinishedObject {
  std::string file;  ///< where it is now
  std::string path;  ///< what it is to be called in its store
};

class ObjectWriter {
 public:
  using Clock = std::chrono::steady_clock;

  /// Files are made in the folder `work`. Compresses objects where there is a level.
  ObjectWriter(std::string topic, int32_t partition, std::string work, std::optional<int> zstd);

  bool empty() const { return lines_ == 0; }
  uint64_t lines() const { return lines_; }
  /// The offset that would follow without a gap.
  int64_t next_offset() const { return name_.offset + static_cast<int64_t>(lines_); }
  /// When the first line came. REQUIRES: !empty()
  Clock::time_point since() const { return since_; }

  /// Adds a line; a newline in `value`, which in JSON is a blank, becomes one.
  /// REQUIRES: empty() or offset == next_offset()
  Status add(int64_t offset, std::string_view value);

  /// Ends the object. REQUIRES: !empty(), and the object before was taken from its file.
  Result<FinishedObject> finish();

 private:
  Status spill();
  Status compress(const std::string& to) const;

  std::string work_;
  std::optional<int> zstd_;
  ObjectName name_;
  std::string growing_;  // the file of lines so far
  Buffer lines_unwritten_;
  uint64_t lines_ = 0;
  Clock::time_point since_;
};

}  // namespace pinpipe::kafka
