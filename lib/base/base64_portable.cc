#include <array>
#include <cstdint>
#include <cstring>

#include "base/base64_kernels.h"

namespace pinpipe {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr uint8_t kNone = 0xFF;

constexpr std::array<uint8_t, 256> make_values() {
  std::array<uint8_t, 256> values{};
  values.fill(kNone);
  for (size_t i = 0; i < kAlphabet.size(); ++i) values[uint8_t(kAlphabet[i])] = uint8_t(i);
  return values;
}
constexpr auto kValues = make_values();

/// Two letters for each 12 bits: half as many look-ups as a letter at a time.
constexpr std::array<std::array<char, 2>, 4096> make_pairs() {
  std::array<std::array<char, 2>, 4096> pairs{};
  for (size_t i = 0; i < pairs.size(); ++i) pairs[i] = {kAlphabet[i >> 6], kAlphabet[i & 63]};
  return pairs;
}
constexpr auto kPairs = make_pairs();

uint32_t byte_at(std::string_view bytes, size_t at) { return static_cast<uint8_t>(bytes[at]); }
uint32_t value_at(std::string_view text, size_t at) { return kValues[byte_at(text, at)]; }

size_t encode_portable(std::string_view bytes, char* to) {
  size_t at = 0;
  for (; at + 3 <= bytes.size(); at += 3, to += 4) {
    const uint32_t triple =
        byte_at(bytes, at) << 16 | byte_at(bytes, at + 1) << 8 | byte_at(bytes, at + 2);
    std::memcpy(to, kPairs[triple >> 12].data(), 2);
    std::memcpy(to + 2, kPairs[triple & 0xFFF].data(), 2);
  }
  return at;
}

size_t decode_portable(std::string_view text, char* to) {
  size_t at = 0;
  for (; at + 4 <= text.size(); at += 4) {
    const uint32_t a = value_at(text, at);
    const uint32_t b = value_at(text, at + 1);
    const uint32_t c = value_at(text, at + 2);
    const uint32_t d = value_at(text, at + 3);
    if ((a | b | c | d) == kNone) break;
    const uint32_t triple = a << 18 | b << 12 | c << 6 | d;
    *to++ = static_cast<char>(triple >> 16);
    *to++ = static_cast<char>(triple >> 8);
    *to++ = static_cast<char>(triple);
  }
  return at;
}

}  // namespace

const Base64Kernel kBase64Portable{"portable", encode_portable, decode_portable};

}  // namespace pinpipe
