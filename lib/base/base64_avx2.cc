// Base64 by AVX2: 24 bytes to 32 letters at a time, and back.
//
// Both ways letters and values differ by one of five numbers, and which one is looked up by
// _mm256_shuffle_epi8, a table of 16 bytes:
//
//   letters  A-Z    a-z    0-9    +    /
//   values   0-25   26-51  52-61  62   63
//   letter - value  65     71     -4   -19  -16
//
// The shuffles of AVX2 stay within each half of a vector, so each half holds 12 bytes.
#if defined(__x86_64__)

#include <immintrin.h>

#include "base/base64_kernels.h"

namespace pinpipe {
namespace {

constexpr size_t kBytes = 24;
constexpr size_t kLetters = 32;
/// The two halves are read 16 bytes each, 12 bytes apart.
constexpr size_t kBytesRead = 28;

/// The same table for both halves.
[[gnu::target("avx2")]] inline __m256i table(__m128i half) {
  return _mm256_broadcastsi128_si256(half);
}

/// Values of 6 bits, in the order of their letters, of 12 bytes in each half.
[[gnu::target("avx2")]] inline __m256i split(__m256i bytes) {
  // Of the bytes 0 1 2, the words 01 and 12: the first has the bits of two values, so has the
  // second.
  const __m256i words = _mm256_shuffle_epi8(
      bytes, table(_mm_setr_epi8(1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10)));
  // Products are shifts that differ from word to word: right by 10 and 6, left by 4 and 8.
  const __m256i first = _mm256_mulhi_epu16(_mm256_and_si256(words, _mm256_set1_epi32(0x0FC0FC00)),
                                           _mm256_set1_epi32(0x04000040));
  const __m256i second = _mm256_mullo_epi16(_mm256_and_si256(words, _mm256_set1_epi32(0x003F03F0)),
                                            _mm256_set1_epi32(0x01000010));
  return _mm256_or_si256(first, second);
}

[[gnu::target("avx2")]] inline __m256i letters_of(__m256i values) {
  // 0 for all letters, 1 to 10 for digits, 11 for +, 12 for /; then 13 for capitals.
  const __m256i beyond_letters = _mm256_subs_epu8(values, _mm256_set1_epi8(51));
  const __m256i capital = _mm256_cmpgt_epi8(_mm256_set1_epi8(26), values);
  const __m256i range =
      _mm256_or_si256(beyond_letters, _mm256_and_si256(capital, _mm256_set1_epi8(13)));
  const __m256i difference = _mm256_shuffle_epi8(
      table(_mm_setr_epi8(71, -4, -4, -4, -4, -4, -4, -4, -4, -4, -4, -19, -16, 65, 0, 0)), range);
  return _mm256_add_epi8(values, difference);
}

[[gnu::target("avx2")]] size_t encode_avx2(std::string_view bytes, char* to) {
  size_t at = 0;
  for (; at + kBytesRead <= bytes.size(); at += kBytes, to += kLetters) {
    const auto* low = reinterpret_cast<const __m128i*>(bytes.data() + at);
    const auto* high = reinterpret_cast<const __m128i*>(bytes.data() + at + kBytes / 2);
    const __m256i both = _mm256_loadu2_m128i(high, low);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), letters_of(split(both)));
  }
  return at;
}

[[gnu::target("avx2")]] inline __m256i high_digits(__m256i letters) {
  return _mm256_and_si256(_mm256_srli_epi32(letters, 4), _mm256_set1_epi8(0x0F));
}

/// By its high hexadecimal digit a letter is of a class, a bit; by its low digit it is none of some
/// classes. So 0x4F is a letter because its class, 4, is not among those that F is none of.
///
///   class  1: 2_ (+ /)   2: 3_ (digits)   4: 4_ 6_ (not _0)   8: 5_ 7_ (up to _A)   16: all others
[[gnu::target("avx2")]] inline bool all_letters(__m256i text, __m256i high) {
  const __m256i of_class = _mm256_shuffle_epi8(
      table(_mm_setr_epi8(16, 16, 1, 2, 4, 8, 4, 8, 16, 16, 16, 16, 16, 16, 16, 16)), high);
  const __m256i low = _mm256_and_si256(text, _mm256_set1_epi8(0x0F));
  const __m256i not_of_class = _mm256_shuffle_epi8(
      table(_mm_setr_epi8(16 + 1 + 4, 16 + 1, 16 + 1, 16 + 1, 16 + 1, 16 + 1, 16 + 1, 16 + 1,
                          16 + 1, 16 + 1, 16 + 1 + 2, 16 + 2 + 8, 16 + 1 + 2 + 8, 16 + 1 + 2 + 8,
                          16 + 1 + 2 + 8, 16 + 2 + 8)),
      low);
  return _mm256_testz_si256(of_class, not_of_class) != 0;
}

[[gnu::target("avx2")]] inline __m256i values_of(__m256i letters, __m256i high) {
  // By the high digit; only + and / share one, so / takes the place in front of it.
  const __m256i slash = _mm256_cmpeq_epi8(letters, _mm256_set1_epi8('/'));
  const __m256i difference = _mm256_shuffle_epi8(
      table(_mm_setr_epi8(0, 16, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0)),
      _mm256_add_epi8(high, slash));
  return _mm256_add_epi8(letters, difference);
}

/// 24 bytes of 32 values, at the front.
[[gnu::target("avx2")]] inline __m256i join(__m256i values) {
  const __m256i words = _mm256_maddubs_epi16(values, _mm256_set1_epi32(0x01400140));
  const __m256i triples = _mm256_madd_epi16(words, _mm256_set1_epi32(0x00011000));
  const __m256i halves = _mm256_shuffle_epi8(
      triples, table(_mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1)));
  return _mm256_permutevar8x32_epi32(halves, _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 3, 7));
}

[[gnu::target("avx2")]] size_t decode_avx2(std::string_view text, char* to) {
  size_t at = 0;
  for (; at + kLetters <= text.size(); at += kLetters, to += kBytes) {
    const __m256i letters = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text.data() + at));
    const __m256i high = high_digits(letters);
    if (!all_letters(letters, high)) break;
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), join(values_of(letters, high)));
  }
  return at;
}

}  // namespace

const Base64Kernel kBase64Avx2{"avx2", encode_avx2, decode_avx2};

}  // namespace pinpipe

#endif
