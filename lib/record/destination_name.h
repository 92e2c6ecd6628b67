// What Kafka and Kinesis take as the name of a topic or a stream.
#pragma once

#include <string>
#include <string_view>

#include "base/status.h"

namespace pinpipe::record {

/// What names a service takes: [a-zA-Z0-9._-], so many bytes.
struct NameRule {
  std::string_view what;
  size_t max_size;
  std::string_view pattern;  ///< of the names of an ID
};
/// Kafka's Topic.java: 249, because "-0.kafka-snapshot" and the like have to fit a file name of
/// 255.
inline constexpr NameRule kTopicNames{"topic", 249, "{user_id}.{dataset}"};
/// StreamName of the Kinesis API.
inline constexpr NameRule kStreamNames{"stream", 128, "streaming-{user_id}-{dataset}"};

/// Whether `name` can be one; "." and ".." cannot: they would be folders, and climb in a URL.
bool is_possible_name(const NameRule& rule, std::string_view name);

/// "a topic is named by 1 to 249 of a-z A-Z 0-9 . _ -"
std::string name_hint(const NameRule& rule);

}  // namespace pinpipe::record
