// Text counted in code points, as the limits of the course tables are. Texts are valid UTF-8.
#pragma once

#include <cstddef>
#include <string_view>

namespace pinpipe::posts {

inline size_t count_code_points(std::string_view text) {
  size_t count = 0;
  for (char byte : text) count += (byte & 0xc0) != 0x80;
  return count;
}

/// The first `most` code points of `text`, or all.
inline std::string_view first_code_points(std::string_view text, size_t most) {
  size_t at = 0;
  for (; at < text.size(); ++at) {
    if ((text[at] & 0xc0) != 0x80 && most-- == 0) break;
  }
  return text.substr(0, at);
}

}  // namespace pinpipe::posts
