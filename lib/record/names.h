// The keys of posts and records as numbers, for the scanners of all who look into records.
#pragma once

#include "ndjson/names.h"

namespace pinpipe::record {

/// The names of the datasets, and all keys of their raw and clean schemas.
const ndjson::Names& names();

}  // namespace pinpipe::record
