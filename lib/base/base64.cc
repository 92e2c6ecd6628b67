#include "base/base64.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/base64_kernels.h"

namespace pinpipe {
namespace {

size_t encoded_size(size_t bytes) { return (bytes + 2) / 3 * 4; }

/// REQUIRES: room for encoded_size(bytes.size()) at `to`.
void encode(std::string_view bytes, char* to) {
  for (const auto& kernel : base64_kernels()) {
    const size_t taken = kernel.encode(bytes, to);
    bytes.remove_prefix(taken);
    to += taken / 3 * 4;
  }
  if (bytes.empty()) return;
  // One or two bytes are left: two or three letters, as if zeros followed.
  const char triple[3] = {bytes[0], bytes.size() == 2 ? bytes[1] : '\0', '\0'};
  kBase64Portable.encode({triple, sizeof triple}, to);
  if (bytes.size() == 1) to[2] = '=';
  to[3] = '=';
}

/// The one or two bytes of the last group, without its '='. Returns how many; 0 where it is none.
size_t decode_last(std::string_view letters, char* to) {
  char group[4] = {letters[0], letters[1], letters.size() == 3 ? letters[2] : 'A', 'A'};
  char bytes[3 + kDecodeSlack] = {};
  if (kBase64Portable.decode({group, sizeof group}, bytes) == 0) return 0;
  const size_t size = letters.size() - 1;
  if (bytes[size] != 0) return 0;  // bits that no encoder sets
  std::memcpy(to, bytes, size);
  return size;
}

}  // namespace

std::span<const Base64Kernel> base64_kernels() {
#if defined(__x86_64__)
  static const std::array kAll{kBase64Avx2, kBase64Portable};
  static const bool kHasAvx2 = __builtin_cpu_supports("avx2");
  return std::span(kAll).subspan(kHasAvx2 ? 0 : 1);
#else
  return {&kBase64Portable, 1};
#endif
}

void append_base64(std::string_view bytes, Buffer& to) {
  const size_t size = encoded_size(bytes.size());
  encode(bytes, to.room(size));
  to.grew(size);
}

std::string base64(std::string_view bytes) {
  std::string text(encoded_size(bytes.size()), '=');
  encode(bytes, text.data());
  return text;
}

std::string base64_url(std::string_view bytes) {
  auto text = base64(bytes);
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  while (text.ends_with('=')) text.pop_back();
  return text;
}

bool append_base64_decoded(std::string_view text, Buffer& to) {
  if (text.size() % 4 != 0) return false;
  size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  text.remove_suffix(padding);

  char* const start = to.room(text.size() / 4 * 3 + 3 + kDecodeSlack);
  char* out = start;
  for (const auto& kernel : base64_kernels()) {
    const size_t taken = kernel.decode(text, out);
    text.remove_prefix(taken);
    out += taken / 4 * 3;
  }
  if (!text.empty()) {
    const size_t last = padding > 0 && text.size() + padding == 4 ? decode_last(text, out) : 0;
    if (last == 0) return false;
    out += last;
  }
  to.grew(static_cast<size_t>(out - start));
  return true;
}

}  // namespace pinpipe
