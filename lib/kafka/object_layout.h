// How objects are named, which is how Kafka Connect's S3 sink names them:
//
//   topics/TOPIC/FOLDER/TOPIC+N+OFFSET.json    FOLDER is partition=N, or that of a time:
//                                              year=2022/month=10/day=20; OFFSET, of ten digits, is
//                                              that of the first record; .json.zst or .json.gz
//                                              where it is compressed
//   topics/TOPIC/.offsets/TOPIC+N              where to go on, where names and lines do not say it
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/status.h"

namespace pinpipe::kafka {

enum class Compression : uint8_t { none, zstd, gzip };

struct ObjectName {
  std::string topic;
  int32_t partition = 0;
  int64_t offset = 0;  ///< of the first record
  std::string folder;  ///< "partition=N", "year=2022/month=10"
};

struct ObjectLayout {
  std::string topics_dir = "topics";  ///< a path, without a '/' at its ends
  std::string file_delim = "+";
  int offset_digits = 10;         ///< at least
  std::string ending = ".json";   ///< of the format
  bool lines_are_records = true;  ///< one a line, so that lines count them
  Compression compression = Compression::none;

  std::string file(const ObjectName& name) const;  ///< "TOPIC+N+OFFSET.json"
  std::string path(const ObjectName& name) const;
  /// "topics/TOPIC/": what the paths of all objects of a topic start with.
  std::string topic_folder(std::string_view topic) const;
  /// "topics/TOPIC/.offsets/"; and what there is of a partition.
  std::string offsets_folder(std::string_view topic) const;
  std::string offsets_path(std::string_view topic, int32_t partition) const;

  /// The object of `topic` that `path` is, whatever its compression and the width of its offset;
  /// nothing where it is none.
  std::optional<ObjectName> parse(std::string_view topic, std::string_view path) const;
  /// The partition whose offsets_path `path` is.
  std::optional<int32_t> parse_offsets(std::string_view topic, std::string_view path) const;
};

}  // namespace pinpipe::kafka
