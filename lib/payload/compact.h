// Records without the blanks between their tokens.
#pragma once

#include "ndjson/scan.h"
#include "record/records.h"

namespace pinpipe::payload {

/// Whether `record` has no blanks between its tokens, as far as that is seen without reading its
/// text: records mostly have none, and then their text can be used as it is. False: it may have
/// some.
bool is_surely_compact(const record::RecordView& record, const ndjson::Members& members);

}  // namespace pinpipe::payload
