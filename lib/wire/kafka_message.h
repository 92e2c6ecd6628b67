// A record of a request for Kafka as the bytes that a REST proxy would write for it.
//
//   v2   key and value are JSON: {"key":"k1","value":{…}} has the key of four bytes "k1"
//   v3   {"type":T,"data":D}: of JSON its text, of STRING what it stands for, of BINARY what the
//        base64 is of
//
// Key and value that are null, or not there, are null in Kafka too. JSON is not written anew, as
// proxies do: numbers and escapes stay as they are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/buffer.h"
#include "base/status.h"
#include "json/checked_text.h"
#include "wire/protocol.h"

namespace pinpipe::wire {

struct KafkaMessage {
  struct Header {
    std::string name;
    std::optional<std::string> value;
  };

  std::optional<std::string_view> key;    ///< valid until the next record is read
  std::optional<std::string_view> value;  ///< of the record's own text, or as `key` is
  bool value_is_own = false;              ///< it is as `key` is
  std::optional<int32_t> partition;
  std::optional<int64_t> timestamp_ms;  ///< since 1970
  std::vector<Header> headers;
};

/// Reads records, one after the other; keeps its memory between them.
class KafkaMessageReader {
 public:
  /// Reads `record`, checked JSON of a request of `protocol`, into `to`. Errors: a member that the
  /// proxy would refuse; a request that is not for Kafka.
  Status read(Protocol protocol, std::string_view record, KafkaMessage& to);

 private:
  using Value = json::CheckedText::Value;

  Status read_v2(std::string_view record, KafkaMessage& to);
  Status read_v3(std::string_view record, KafkaMessage& to);
  Status read_typed(const std::optional<Value>& typed, Buffer& own,
                    std::optional<std::string_view>& to, bool* is_own);

  Buffer key_;
  Buffer value_;
};

}  // namespace pinpipe::wire
