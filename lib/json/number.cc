#include "json/number.h"

#include "base/ascii.h"
#include "base/swar.h"

namespace pinpipe::json {
namespace {

/// Behind the digits at `at`. The byte at `end` is no digit, and bytes up to `readable` may be
/// read: how many digits there are cannot be foretold, so they are counted, not looped over.
const char* skip_digits(const char* at, const char* end, const char* readable) {
  while (readable - at >= ptrdiff_t{kWord}) {
    const size_t digits = bytes_before(bytes_no_digit(word_at(at)));
    at += digits;
    if (digits < kWord) return at;
  }
  while (at < end && is_digit(*at)) ++at;
  return at;
}

}  // namespace

Number number_in(std::string_view text, const char* readable) {
  const char* at = text.data();
  const char* const end = at + text.size();
  const auto digits = [&] {
    const char* start = at;
    at = skip_digits(at, end, readable);
    return at > start;
  };
  if (at < end && *at == '-') ++at;
  if (at < end && *at == '0') {
    ++at;
  } else if (!digits()) {
    return Number::none;
  }
  if (at == end) return Number::integer;
  if (*at == '.' && (++at, !digits())) return Number::none;
  if (at < end && (*at | 0x20) == 'e') {
    ++at;
    if (at < end && (*at == '+' || *at == '-')) ++at;
    if (!digits()) return Number::none;
  }
  return at == end ? Number::other : Number::none;
}

}  // namespace pinpipe::json
