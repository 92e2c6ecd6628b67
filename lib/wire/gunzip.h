// gzip in memory, of which it is not known what it becomes.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/buffer.h"
#include "base/status.h"

namespace pinpipe::wire {

/// Whether `data` claims to be gzip. No JSON text starts so.
bool is_gzip(std::string_view data);

/// Appends what `data`, one gzip member or several, unpacks to. Errors, with `to` in any state past
/// its old end: corrupt, cut short, something else behind it, more than `most` bytes.
Status append_gunzipped(std::string_view data, size_t most, Buffer& to);

}  // namespace pinpipe::wire
