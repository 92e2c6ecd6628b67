// What a fuzz target finds false ends it, with a line that says what.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace pinpipe::fuzz {

/// `text` is what was being looked at, as it shows why.
inline void expect(bool holds, const char* what, std::string_view text = {}) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n%.*s\n", what, static_cast<int>(text.size()),
               text.data());
  std::abort();
}

/// The bytes that a target is given.
inline std::string_view view(const unsigned char* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace pinpipe::fuzz
