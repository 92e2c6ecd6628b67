#include "ndjson/base64.h"

#include <array>
#include <cstdint>

namespace pinpipe::ndjson {
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

char* encode(std::string_view bytes, char* to) {
  size_t at = 0;
  for (; at + 3 <= bytes.size(); at += 3, to += 4) {
    const uint32_t triple =
        byte_at(bytes, at) << 16 | byte_at(bytes, at + 1) << 8 | byte_at(bytes, at + 2);
    std::memcpy(to, kPairs[triple >> 12].data(), 2);
    std::memcpy(to + 2, kPairs[triple & 0xFFF].data(), 2);
  }
  if (at == bytes.size()) return to;
  const bool two = at + 2 == bytes.size();
  const uint32_t triple = byte_at(bytes, at) << 16 | (two ? byte_at(bytes, at + 1) << 8 : 0);
  std::memcpy(to, kPairs[triple >> 12].data(), 2);
  to[2] = two ? kAlphabet[triple >> 6 & 63] : '=';
  to[3] = '=';
  return to + 4;
}

size_t encoded_size(size_t bytes) { return (bytes + 2) / 3 * 4; }

}  // namespace

void append_base64(std::string_view bytes, stream::Buffer& to) {
  const size_t size = encoded_size(bytes.size());
  encode(bytes, to.room(size));
  to.grew(size);
}

std::string base64(std::string_view bytes) {
  std::string text(encoded_size(bytes.size()), '=');
  encode(bytes, text.data());
  return text;
}

bool append_base64_decoded(std::string_view text, stream::Buffer& to) {
  if (text.size() % 4 != 0) return false;
  size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  text.remove_suffix(padding);

  char* out = to.room(text.size() / 4 * 3 + 3);
  uint32_t bits = 0;
  size_t written = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    const uint8_t value = kValues[uint8_t(text[at])];
    if (value == kNone) return false;
    bits = bits << 6 | value;
    if (at % 4 != 3) continue;
    out[written++] = static_cast<char>(bits >> 16);
    out[written++] = static_cast<char>(bits >> 8);
    out[written++] = static_cast<char>(bits);
  }
  // Two or three letters are left: one or two bytes, and bits that must be zero.
  if (padding > 0) {
    bits <<= 6 * padding;
    const uint32_t unused = padding == 1 ? 0xFF : 0xFFFF;
    if ((bits & unused) != 0) return false;
    out[written++] = static_cast<char>(bits >> 16);
    if (padding == 1) out[written++] = static_cast<char>(bits >> 8);
  }
  to.grew(written);
  return true;
}

}  // namespace pinpipe::ndjson
