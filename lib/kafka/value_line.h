// The value of a record as a line.
#pragma once

#include <algorithm>
#include <string_view>

#include "base/buffer.h"

namespace pinpipe::kafka {

/// Appends a line; a newline in `value`, which in JSON is a blank, becomes one.
inline void append_line(std::string_view value, Buffer& to) {
  char* line = to.room(value.size() + 1);
  std::replace_copy(value.begin(), value.end(), line, '\n', ' ');
  line[value.size()] = '\n';
  to.grew(value.size() + 1);
}

}  // namespace pinpipe::kafka
