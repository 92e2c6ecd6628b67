#include "base/display_width.h"

#include <algorithm>
#include <cassert>

#include "base/ascii.h"
#include "base/display_width_ranges.h"
#include "base/utf8.h"

namespace pinpipe {
namespace {

/// The character at the start of `text`, which it takes off. REQUIRES: UTF-8, not empty
char32_t take_character(std::string_view& text) {
  const auto [character, size] = first_code_point(text);
  text.remove_prefix(std::max<size_t>(size, 1));  // a byte that is not UTF-8 is shown as something
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

constexpr char32_t kJoiner = 0x200D;

bool is_skin_tone(char32_t character) { return character >= 0x1F3FB && character <= 0x1F3FF; }
bool is_flag_half(char32_t character) { return character >= 0x1F1E6 && character <= 0x1F1FF; }

struct Cluster {
  size_t bytes;
  size_t width;
};

/// What people see as one character, at the start of `text`. REQUIRES: not empty
Cluster first_cluster(std::string_view text) {
  std::string_view rest = text;
  char32_t last = take_character(rest);
  bool is_half = is_flag_half(last);
  size_t width = width_of(last);
  while (!rest.empty()) {
    std::string_view behind = rest;
    const char32_t next = take_character(behind);
    const bool ends_flag = is_half && is_flag_half(next);
    if (last != kJoiner && !ends_flag && !is_skin_tone(next) && width_of(next) > 0) break;
    is_half = false;
    width += width_of(next);
    last = next;
    rest = behind;
  }
  return {text.size() - rest.size(), width};
}

/// Bytes of the longest start of `text` that takes at most `columns`, and of one character at
/// least.
size_t characters_within(std::string_view text, size_t columns) {
  std::string_view rest = text;
  size_t width = width_of(take_character(rest));
  size_t bytes = text.size() - rest.size();
  while (!rest.empty()) {
    width += width_of(take_character(rest));
    if (width > columns) break;
    bytes = text.size() - rest.size();
  }
  return bytes;
}

/// Whether a line may end behind `text`: the hyphen of a word, but not the dashes of an option.
bool may_end_line(std::string_view text) {
  constexpr std::string_view kMarks = "-_,/|;";
  const bool is_mark = kMarks.find(text.back()) != kMarks.npos;
  if (text.back() != '-') return is_mark;
  return text.size() > 1 && is_letter_or_digit(text[text.size() - 2]);
}

/// Bytes of `text` that go on the first line of `columns`, blanks at its end among them.
size_t bytes_of_line(std::string_view text, size_t columns) {
  const size_t indent = text.find_first_not_of(' ');
  size_t end_of_word = 0;
  size_t end_of_part = 0;
  size_t width = 0;
  for (size_t at = 0; at < text.size();) {
    const Cluster cluster = first_cluster(text.substr(at));
    const bool is_wide = cluster.width > 1;
    if (text[at] == ' ' && at > indent) end_of_word = end_of_part = at;
    if (is_wide) end_of_part = at;
    if (width + cluster.width > columns) {
      const auto behind = text.substr(end_of_word + 1);
      const bool word_fits = display_width(behind.substr(0, behind.find(' '))) <= columns;
      if (end_of_word > 0 && word_fits) return end_of_word;
      if (end_of_part > 0) return end_of_part;
      return at > 0 ? at : characters_within(text, columns);
    }
    width += cluster.width;
    at += cluster.bytes;
    if (is_wide || may_end_line(text.substr(0, at))) end_of_part = at;
  }
  return text.size();
}

}  // namespace

size_t display_width(std::string_view text) {
  size_t width = 0;
  while (!text.empty()) width += width_of(take_character(text));
  return width;
}

std::string_view take_line(std::string_view& text, size_t columns) {
  std::string_view line = text.substr(0, bytes_of_line(text, columns));
  text.remove_prefix(line.size());
  if (text.empty()) return line;
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  line.remove_suffix(line.size() - (line.find_last_not_of(' ') + 1));
  return line;
}

std::string cut_to_width(std::string_view text, size_t columns) {
  assert(columns >= 1);
  if (display_width(text) <= columns) return std::string(text);
  size_t bytes = 0;
  for (size_t width = 1; bytes < text.size();) {
    const Cluster cluster = first_cluster(text.substr(bytes));
    width += cluster.width;
    if (width > columns) break;
    bytes += cluster.bytes;
  }
  return std::string(text.substr(0, bytes)) + "…";
}

}  // namespace pinpipe
