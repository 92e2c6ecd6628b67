// The inner loops of base64, one for each set of instructions, all with the same results.
//
// A kernel takes whole groups (3 bytes, 4 letters) off the front of what it is given, and may leave
// some: they are for the next one. The last one is plain C++ and leaves no group that is right.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace pinpipe {

/// Room that `decode` needs behind the bytes that it makes, because it writes whole vectors.
inline constexpr size_t kDecodeSlack = 8;

struct Base64Kernel {
  const char* name;
  /// Writes letters at `to`. Returns how many bytes it took, a multiple of 3.
  size_t (*encode)(std::string_view bytes, char* to);
  /// Writes bytes at `to`, up to a letter that is none. Returns how many letters it took, a
  /// multiple of 4.
  size_t (*decode)(std::string_view text, char* to);
};

extern const Base64Kernel kBase64Portable;
#if defined(__x86_64__)
extern const Base64Kernel kBase64Avx2;
#endif

/// Those that this machine can run, the fastest first.
std::span<const Base64Kernel> base64_kernels();

}  // namespace pinpipe
