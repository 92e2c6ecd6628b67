// How objects are named, which is how Kafka Connect's S3 sink names them:
//
//   topics/TOPIC/partition=N/TOPIC+N+OFFSET.json     or .json.zst; OFFSET, of ten digits, is that
//   of
//                                                    the first line
//
// An object holds offsets without a gap, so its name and its lines say where the next one begins.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

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

}  // namespace pinpipe::kafka
