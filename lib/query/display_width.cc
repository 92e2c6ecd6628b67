#include "query/display_width.h"

#include <algorithm>

#include "query/display_width_ranges.h"

namespace pinpipe::query {
namespace {

/// The character at the start of `text`, which it takes off. REQUIRES: UTF-8, not empty
char32_t take_character(std::string_view& text) {
  const auto byte = [&](size_t at) { return static_cast<unsigned char>(text[at]); };
  const size_t size = byte(0) < 0x80 ? 1 : byte(0) < 0xE0 ? 2 : byte(0) < 0xF0 ? 3 : 4;
  char32_t character = size == 1 ? byte(0) : byte(0) & (0x7F >> size);
  for (size_t at = 1; at < size && at < text.size(); ++at) {
    character = character << 6 | (byte(at) & 0x3F);
  }
  text.remove_prefix(std::min(size, text.size()));
  return character;
}

template <size_t n>
bool is_in(const CharacterRange (&ranges)[n], char32_t character) {
  const auto after =
      std::upper_bound(std::begin(ranges), std::end(ranges), character,
                       [](char32_t c, const CharacterRange& range) { return c < range.first; });
  return after != std::begin(ranges) && character <= std::prev(after)->last;
}

size_t width_of(char32_t character) {
  if (character < 0x300) return 1;  // no mark, nothing wide
  if (is_in(kZeroWidth, character)) return 0;
  return is_in(kWide, character) ? 2 : 1;
}

}  // namespace

size_t display_width(std::string_view text) {
  size_t width = 0;
  while (!text.empty()) width += width_of(take_character(text));
  return width;
}

std::string_view cut_to_width(std::string_view text, size_t columns) {
  std::string_view rest = text;
  size_t width = 0;
  while (!rest.empty()) {
    const size_t before = rest.size();
    width += width_of(take_character(rest));
    if (width > columns) return text.substr(0, text.size() - before);
  }
  return text;
}

}  // namespace pinpipe::query
