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

#include "base/status.h"
#include "record/destination_name.h"
#include "record/schema.h"

namespace pinpipe::wire {

using record::kStreamNames;
using record::kTopicNames;
using record::NameRule;

struct Destinations {
  std::vector<std::string> names;  ///< by index_of(dataset) where they differ, else one for all

  bool by_dataset() const { return names.size() > 1; }
  size_t index_for(record::Dataset dataset) const { return by_dataset() ? index_of(dataset) : 0; }
};

/// Resolves `pattern`. Errors: an unknown placeholder, no `user_id` where the pattern wants one, an
/// impossible name.
Result<Destinations> resolve_destinations(const NameRule& rule, std::string_view pattern,
                                          const std::optional<std::string>& user_id);

/// The topics or streams of an ID, by the pattern of `rule`: ID.pin, ID.geo and ID.user. Errors:
/// there can be no such names.
Result<std::vector<std::string>> names_of_id(const NameRule& rule, const std::string& id);

}  // namespace pinpipe::wire
