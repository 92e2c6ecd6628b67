// The topics or streams that records go to: one for each dataset, or one for all.
//
// A pattern such as "{user_id}.{dataset}" is resolved once, before the first record, so that what
// is written later needs neither look-ups nor checks: a checked name has no byte that JSON or a URL
// would escape.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/dataset.h"
#include "stream/error.h"

namespace pinpipe::payload {

/// What names a service takes: [a-zA-Z0-9._-], so many bytes.
struct NameRule {
  std::string_view what;
  size_t max_size;
};
/// Kafka's Topic.java: 249, because "-0.kafka-snapshot" and the like have to fit a file name of
/// 255.
inline constexpr NameRule kTopicNames{"topic", 249};
/// StreamName of the Kinesis API.
inline constexpr NameRule kStreamNames{"stream", 128};

struct Destinations {
  std::vector<std::string> names;  ///< by index_of(dataset) where they differ, else one for all

  bool by_dataset() const { return names.size() > 1; }
  size_t index_for(record::Dataset dataset) const { return by_dataset() ? index_of(dataset) : 0; }
};

/// Resolves `pattern`. Errors: an unknown placeholder, no `user_id` where the pattern wants one, an
/// impossible name.
Result<Destinations> resolve_destinations(const NameRule& rule, std::string_view pattern,
                                          const std::optional<std::string>& user_id);

}  // namespace pinpipe::payload
