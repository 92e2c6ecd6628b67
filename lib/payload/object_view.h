// Objects of a scanned text, as something to look for members in.
#pragma once

#include "ndjson/scan.h"
#include "record/records.h"

namespace pinpipe::payload {

/// The object that was scanned into `members`.
record::RecordView whole_object(const ndjson::Members& members);

/// The object that `member` is. REQUIRES: `member` is of the first level of `members`, whose text
/// is an object.
record::RecordView object_in(const ndjson::Member& member, const ndjson::Members& members);

}  // namespace pinpipe::payload
