// Several pieces of text appended to a buffer at once.
#pragma once

#include <concepts>
#include <cstring>
#include <string_view>

#include "base/buffer.h"

namespace pinpipe::wire {

/// Appends `pieces` one behind the other: room for all of them is made once. In line, so that the
/// sizes of literals are constants.
template <std::convertible_to<std::string_view>... Pieces>
[[gnu::always_inline]] inline void append_all(Buffer& to, const Pieces&... pieces) {
  const size_t size = (std::string_view(pieces).size() + ...);
  char* out = to.room(size);
  const auto put = [&out](std::string_view piece) {
    if (!piece.empty()) std::memcpy(out, piece.data(), piece.size());
    out += piece.size();
  };
  (put(pieces), ...);
  to.grew(size);
}

}  // namespace pinpipe::wire
