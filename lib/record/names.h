// The keys of posts and records as numbers, for the scanners of all who look into records.
#pragma once

#include "json/field_ids.h"
#include "record/dataset.h"

namespace pinpipe::record {

/// The names of the datasets, and all keys of their raw and clean schemas.
const json::Names& names();

/// That of a dataset: the key of its record in a post.
json::NameId id_of(Dataset dataset);

}  // namespace pinpipe::record
