// Lines of any bytes through a worker of ndjson::run_lines.
#pragma once

#include <string_view>

#include "expect.h"

namespace pinpipe::fuzz {

/// Calls `visit` with each line of `text`, as a tool would see them. The marks of golden cases,
/// which are the seeds, are taken off.
template <class Visit>
void each_line(std::string_view text, Visit visit) {
  while (!text.empty()) {
    const size_t end = text.find('\n');
    auto line = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    if (line.starts_with("> ") || line.starts_with("< ")) line.remove_prefix(2);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_not_of(" \t") != line.npos) visit(line);
  }
}

}  // namespace pinpipe::fuzz
