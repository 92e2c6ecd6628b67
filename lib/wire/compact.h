// Records without the blanks between their tokens.
#pragma once

#include "json/scanner.h"
#include "record/records.h"

namespace pinpipe::wire {

/// Memory that is kept for the next record, or block of them; what needed more gives the rest back.
inline constexpr size_t kKeptBytes = 4 * 1024 * 1024;

/// Whether `record` has no blanks between its tokens, as far as that is seen without reading its
/// text: records mostly have none, and then their text can be used as it is. False: it may have
/// some.
bool is_surely_compact(const json::ObjectView& record, const json::Members& members);

}  // namespace pinpipe::wire
