// Objects of a scanned text, as something to look for members in.
#pragma once

#include "json/scanner.h"
#include "record/records.h"

namespace pinpipe::json {

/// The object that was scanned into `members`.
record::RecordView whole_object(const json::Members& members);

/// The object that `member` is. REQUIRES: `member` is of the first level of `members`, whose text
/// is an object.
record::RecordView object_in(const json::Member& member, const json::Members& members);

}  // namespace pinpipe::json
